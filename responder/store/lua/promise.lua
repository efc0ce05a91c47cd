-- Note by which promises an account's open conversations are planned.
--
-- KEYS[1]  account  hash
-- KEYS[2]  events   stream
-- ARGV[1]  now (ms)
-- ARGV[2]  account
-- ARGV[3]  fingerprint of the promises
--
-- Returns 1, or 0 when that was known.

if redis.call("HGET", KEYS[1], "promises") == ARGV[3] then
    return 0
end
redis.call("HSET", KEYS[1], "promises", ARGV[3])
redis.call("XADD", KEYS[2], "*", "type", "promised", "account", ARGV[2], "conversation", "",
    "at", ARGV[1])
return 1
