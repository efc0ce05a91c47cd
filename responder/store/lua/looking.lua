-- Tell that somebody opened a conversation, or went away from it. Nothing is kept here: see keys.PRESENT.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  events        stream
-- ARGV[1]  id
-- ARGV[2]  now (ms)
-- ARGV[3]  who
-- ARGV[4]  "looking" or "looked_away"
--
-- Returns {"ok"} or {"unknown"}.

local account = redis.call("HGET", KEYS[1], "account")
if not account then
    return {"unknown"}
end
redis.call("XADD", KEYS[2], "*", "type", ARGV[4], "account", account, "conversation", ARGV[1],
    "at", ARGV[2], "by", ARGV[3])
return {"ok"}
