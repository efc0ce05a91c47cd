-- Hand an item out now instead of later, unless somebody holds it or it waits after a failure.
--
-- KEYS[1]  wake    zset
-- KEYS[2]  holder  hash
-- KEYS[3]  tries   hash
-- ARGV[1]  item
-- ARGV[2]  now (ms)
--
-- Returns 1; 0 where somebody holds it, it is to be tried again, or it is not planned at all:
-- nothing has changed then.

local planned = redis.call("ZSCORE", KEYS[1], ARGV[1])
if not planned or redis.call("HEXISTS", KEYS[2], ARGV[1]) == 1
    or redis.call("HEXISTS", KEYS[3], ARGV[1]) == 1 then
    return 0
end
if tonumber(planned) > tonumber(ARGV[2]) then
    redis.call("ZADD", KEYS[1], ARGV[2], ARGV[1])
end
return 1
