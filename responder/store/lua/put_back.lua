-- Give items of one claim back untried: their tries count as if they had not been handed out.
--
-- KEYS[1]   wake    zset
-- KEYS[2]   holder  hash
-- KEYS[3]   tries   hash
-- ARGV[1]   token of the claim
-- ARGV[2..] item, when to hand it out again (ms), item, when, ...
--
-- Returns how many were still ours.

local ours = 0
for i = 2, #ARGV, 2 do
    if redis.call("HGET", KEYS[2], ARGV[i]) == ARGV[1] then
        redis.call("ZADD", KEYS[1], ARGV[i + 1], ARGV[i])
        redis.call("HDEL", KEYS[2], ARGV[i])
        if redis.call("HINCRBY", KEYS[3], ARGV[i], -1) <= 0 then
            redis.call("HDEL", KEYS[3], ARGV[i])
        end
        ours = ours + 1
    end
end
return ours
