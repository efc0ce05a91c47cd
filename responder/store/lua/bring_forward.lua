-- Hand items out soon that were planned for later than a clock that is right would have.
--
-- What somebody holds stays as it is: he may be alive.
--
-- KEYS[1]  wake    zset
-- KEYS[2]  holder  hash
-- ARGV[1]  what is planned for later than this (ms)
-- ARGV[2]  now (ms)
-- ARGV[3]  at most this many, and as many as are held
--
-- Returns how many were brought forward.

local most = tonumber(ARGV[3]) + redis.call("HLEN", KEYS[2])
local late = redis.call("ZRANGE", KEYS[1], "(" .. ARGV[1], "+inf", "BYSCORE", "LIMIT", 0, most)
local forward = 0
for _, item in ipairs(late) do
    if redis.call("HEXISTS", KEYS[2], item) == 0 then
        redis.call("ZADD", KEYS[1], ARGV[2], item)
        forward = forward + 1
    end
end
return forward
