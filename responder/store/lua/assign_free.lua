-- Give a conversation to an agent, unless somebody else was given it, or claimed it, meanwhile.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  events        stream
-- ARGV[1]  id
-- ARGV[2]  now (ms)
-- ARGV[3]  who decides; "" for the rules of the team
-- ARGV[4]  the agent
-- ARGV[5]  whose it is believed to be; "" for nobody's
--
-- Returns {"ok"}, {"unknown"}, {"taken", assignee} or {"held", agent}.

local old = redis.call("HMGET", KEYS[1], "account", "assignee", "holder", "holder_until")
if not old[1] then
    return {"unknown"}
end
if (old[2] or "") ~= ARGV[5] then
    return {"taken", old[2] or ""}
end
if old[3] and old[3] ~= ARGV[4] and tonumber(old[4]) > tonumber(ARGV[2]) then
    return {"held", old[3]}
end
redis.call("HSET", KEYS[1], "assignee", ARGV[4], "updated_at", ARGV[2])
redis.call("XADD", KEYS[2], "*", "type", "assigned", "account", old[1], "conversation", ARGV[1],
    "at", ARGV[2], "by", ARGV[3], "assignee", ARGV[4])
return {"ok"}
