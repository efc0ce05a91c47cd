-- Forget an item of a queue, if its lease is still ours.
--
-- KEYS[1]  wake    zset
-- KEYS[2]  holder  hash
-- KEYS[3]  tries   hash
-- ARGV[1]  item
-- ARGV[2]  token of the claim
--
-- Returns 1, or 0 when somebody else holds the item or it was planned anew.

if redis.call("HGET", KEYS[2], ARGV[1]) ~= ARGV[2] then
    return 0
end
redis.call("ZREM", KEYS[1], ARGV[1])
redis.call("HDEL", KEYS[2], ARGV[1])
redis.call("HDEL", KEYS[3], ARGV[1])
return 1
