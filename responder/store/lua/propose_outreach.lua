-- Write down words about an order for approval, once for each order and occasion.
--
-- KEYS[1]   outreach  hash
-- KEYS[2]   proposed  zset  index of what waits for approval
-- KEYS[3]   events    stream
-- ARGV[1]   id: it follows from account, order and occasion
-- ARGV[2]   now (ms)
-- ARGV[3]   account
-- ARGV[4..] field, value, field, value, ...
--
-- Returns 1, or 0 where it is written down already, whatever became of it.

if redis.call("EXISTS", KEYS[1]) == 1 then
    return 0
end
redis.call("HSET", KEYS[1], "state", "proposed", "version", 1, "created_at", ARGV[2],
    "changed_at", ARGV[2], "account", ARGV[3], unpack(ARGV, 4))
redis.call("ZADD", KEYS[2], ARGV[2], ARGV[1])
redis.call("XADD", KEYS[3], "*", "type", "outreach", "account", ARGV[3], "conversation", "",
    "at", ARGV[2], "id", ARGV[1], "state", "proposed")
return 1
