-- Hand items out soon that were planned for later than a clock that is right would have.
--
-- Whoever holds one may be alive: he keeps it for one lease from now.
--
-- KEYS[1]  wake    zset
-- KEYS[2]  holder  hash
-- ARGV[1]  what nobody holds and is planned for later than this (ms)
-- ARGV[2]  now (ms)
-- ARGV[3]  end of a lease from now (ms): not later than ARGV[1]
-- ARGV[4]  at most this many that nobody holds
--
-- Returns how many that nobody holds were brought forward.

for _, item in ipairs(redis.call("HKEYS", KEYS[2])) do
    redis.call("ZADD", KEYS[1], "XX", "LT", ARGV[3], item)
end
local late = redis.call("ZRANGE", KEYS[1], "(" .. ARGV[1], "+inf", "BYSCORE", "LIMIT", 0, ARGV[4])
for _, item in ipairs(late) do
    redis.call("ZADD", KEYS[1], ARGV[2], item)
end
return #late
