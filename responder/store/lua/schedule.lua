-- Plan items of a queue anew. Whoever holds one loses it: its old plan is void.
--
-- KEYS[1]  wake    zset
-- KEYS[2]  holder  hash
-- KEYS[3]  tries   hash
-- ARGV[1]  "1" to leave items alone that are already planned
-- ARGV[2..] item, when to hand it out (ms), item, when, ...
--
-- Returns how many were planned.

local planned = 0
for i = 2, #ARGV, 2 do
    local known = ARGV[1] == "1" and redis.call("ZSCORE", KEYS[1], ARGV[i])
    if not known then
        redis.call("ZADD", KEYS[1], ARGV[i + 1], ARGV[i])
        redis.call("HDEL", KEYS[2], ARGV[i])
        redis.call("HDEL", KEYS[3], ARGV[i])
        planned = planned + 1
    end
end
return planned
