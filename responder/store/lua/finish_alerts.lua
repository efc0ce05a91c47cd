-- Forget alerts that are with the channels which tell them.
--
-- KEYS[1]     alerts  hash
-- KEYS[2..4]  alert   queue  wake, holder, tries
-- ARGV[1]     token of the claim
-- ARGV[2..]   alert ids
--
-- Returns how many were ours; another worker holds the others.

local ours = 0
for i = 2, #ARGV do
    if redis.call("HGET", KEYS[3], ARGV[i]) == ARGV[1] then
        redis.call("HDEL", KEYS[1], ARGV[i])
        redis.call("ZREM", KEYS[2], ARGV[i])
        redis.call("HDEL", KEYS[3], ARGV[i])
        redis.call("HDEL", KEYS[4], ARGV[i])
        ours = ours + 1
    end
end
return ours
