-- Note by which promises an account's open conversations are planned.
--
-- The event is left in any case: it wakes the watcher, who has been given something to look at.
--
-- KEYS[1]  account  hash
-- KEYS[2]  events   stream
-- ARGV[1]  now (ms)
-- ARGV[2]  account
-- ARGV[3]  fingerprint of the promises
--
-- Returns 1, or 0 when that was known.

redis.call("XADD", KEYS[2], "*", "type", "promised", "account", ARGV[2], "conversation", "",
    "at", ARGV[1])
if redis.call("HGET", KEYS[1], "promises") == ARGV[3] then
    return 0
end
redis.call("HSET", KEYS[1], "promises", ARGV[3], "promises_at", ARGV[1])
return 1
