-- Have conversations looked at by a certain time; those that are planned earlier stay as they are.
--
-- Whoever holds one loses it: what he works out may be old already.
--
-- KEYS[1]   wake    zset
-- KEYS[2]   holder  hash
-- KEYS[3]   tries   hash
-- ARGV[1..] item, when to hand it out at the latest (ms), item, when, ...
--
-- Returns how many were brought forward.

local forward = 0
for i = 1, #ARGV, 2 do
    local planned = redis.call("ZSCORE", KEYS[1], ARGV[i])
    local held = redis.call("HDEL", KEYS[2], ARGV[i]) == 1
    if held or not planned or tonumber(planned) > tonumber(ARGV[i + 1]) then
        redis.call("ZADD", KEYS[1], ARGV[i + 1], ARGV[i])
        redis.call("HDEL", KEYS[3], ARGV[i])
        forward = forward + 1
    end
end
return forward
