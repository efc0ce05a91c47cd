-- Give a conversation free that an agent had claimed.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  events        stream
-- ARGV[1]  id
-- ARGV[2]  now (ms)
-- ARGV[3]  token of the claim
--
-- Returns {"ok"}, {"unknown"} or {"not_claimed"}.

local old = redis.call("HMGET", KEYS[1], "state", "holder_token", "account", "holder")
if not old[1] then
    return {"unknown"}
end
if old[2] ~= ARGV[3] then
    return {"not_claimed"}
end
redis.call("HDEL", KEYS[1], "holder", "holder_token", "holder_until")
redis.call("XADD", KEYS[2], "*", "type", "released", "account", old[3],
    "conversation", ARGV[1], "at", ARGV[2], "by", old[4])
return {"ok"}
