-- Give a conversation to an agent, unless it was given to somebody else meanwhile.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  events        stream
-- ARGV[1]  id
-- ARGV[2]  now (ms)
-- ARGV[3]  who decides; "" for the rules of the team
-- ARGV[4]  the agent
-- ARGV[5]  whose it is believed to be; "" for nobody's
--
-- Returns {"ok"}, {"unknown"} or {"taken", assignee}.

local old = redis.call("HMGET", KEYS[1], "account", "assignee")
if not old[1] then
    return {"unknown"}
end
if (old[2] or "") ~= ARGV[5] then
    return {"taken", old[2] or ""}
end
redis.call("HSET", KEYS[1], "assignee", ARGV[4], "updated_at", ARGV[2])
redis.call("XADD", KEYS[2], "*", "type", "assigned", "account", old[1], "conversation", ARGV[1],
    "at", ARGV[2], "by", ARGV[3], "assignee", ARGV[4])
return {"ok"}
