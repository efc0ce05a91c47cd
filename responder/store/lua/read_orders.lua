-- Remember how far an account's orders were read, and when they are read again.
--
-- KEYS[1]     account  hash
-- KEYS[2..4]  orders   queue  wake, holder, tries
-- ARGV[1]     account
-- ARGV[2]     token of the claim
-- ARGV[3]     cursor
-- ARGV[4]     when they are read again (ms)
--
-- Returns 1, or 0 where another worker reads them: nothing has changed then.

if redis.call("HGET", KEYS[3], ARGV[1]) ~= ARGV[2] then
    return 0
end
redis.call("HSET", KEYS[1], "orders_cursor", ARGV[3])
redis.call("ZADD", KEYS[2], ARGV[4], ARGV[1])
redis.call("HDEL", KEYS[3], ARGV[1])
redis.call("HDEL", KEYS[4], ARGV[1])
return 1
