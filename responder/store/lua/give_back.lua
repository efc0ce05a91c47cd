-- Give back what was handed out under a token whose owner never heard of it.
--
-- KEYS[1]  wake    zset
-- KEYS[2]  holder  hash
-- KEYS[3]  tries   hash
-- ARGV[1]  token
-- ARGV[2]  when to hand it out again (ms)
--
-- Returns how many were held under it. Their tries count as if they had not been handed out.

local rows, ours = redis.call("HGETALL", KEYS[2]), 0
for i = 1, #rows, 2 do
    if rows[i + 1] == ARGV[1] then
        redis.call("ZADD", KEYS[1], ARGV[2], rows[i])
        redis.call("HDEL", KEYS[2], rows[i])
        if redis.call("HINCRBY", KEYS[3], rows[i], -1) <= 0 then
            redis.call("HDEL", KEYS[3], rows[i])
        end
        ours = ours + 1
    end
end
return ours
