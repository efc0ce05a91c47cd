-- Leave events of a shared queue for the shop that they are about.
--
-- KEYS[1]      hole  hash  id -> event
-- KEYS[2]      left  zset  id -> when it was first left (ms)
-- ARGV[1]      now (ms)
-- ARGV[2]      how long they lie there (ms)
-- ARGV[3]      what was left by then is gone (ms)
-- ARGV[4..]    id, event, id, event, ...
--
-- Returns how many are new. Nobody is told: the shop looks at its next poll. What lies there too
-- long goes with each call, so that a hole that nobody looks into does not grow for ever.

for _, id in ipairs(redis.call("ZRANGE", KEYS[2], "-inf", ARGV[3], "BYSCORE")) do
    redis.call("HDEL", KEYS[1], id)
    redis.call("ZREM", KEYS[2], id)
end
local new = 0
for at = 4, #ARGV, 2 do
    new = new + redis.call("HSET", KEYS[1], ARGV[at], ARGV[at + 1])
    redis.call("ZADD", KEYS[2], "NX", ARGV[1], ARGV[at])
end
redis.call("PEXPIRE", KEYS[1], ARGV[2])
redis.call("PEXPIRE", KEYS[2], ARGV[2])
return new
