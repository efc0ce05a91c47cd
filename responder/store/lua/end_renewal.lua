-- End a renewal: keep what it gave, or nothing new.
--
-- KEYS[1]  vault   hash
-- KEYS[2]  events  stream
-- ARGV[1]  account
-- ARGV[2]  now (ms)
-- ARGV[3]  token of this renewal
-- ARGV[4]  what to keep, sealed; "" for nothing new
--
-- Returns 1, or 0 when another renewal has begun since: that one's outcome counts.

if redis.call("HGET", KEYS[1], "holder") ~= ARGV[3] then
    return 0
end
redis.call("HDEL", KEYS[1], "until")
if ARGV[4] ~= "" then
    redis.call("HSET", KEYS[1], "sealed", ARGV[4])
    redis.call("XADD", KEYS[2], "*", "type", "session_renewed", "account", ARGV[1],
        "conversation", "", "at", ARGV[2])
end
return 1
