-- Take an attempt back that surely did nothing, and try again later.
--
-- KEYS[1]     reply   hash
-- KEYS[2..4]  outbox  queue  wake, holder, tries
-- ARGV[1]     id
-- ARGV[2]     token of the claim
-- ARGV[3]     when to try again (ms)
--
-- Returns 1, or 0 when another worker holds it.

if redis.call("HGET", KEYS[3], ARGV[1]) ~= ARGV[2] then
    return 0
end
if redis.call("HGET", KEYS[1], "state") == "sending" then
    redis.call("HSET", KEYS[1], "state", "queued")
end
redis.call("ZADD", KEYS[2], ARGV[3], ARGV[1])
redis.call("HDEL", KEYS[3], ARGV[1])
return 1
