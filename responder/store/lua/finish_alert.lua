-- Forget an alert that its channels have taken.
--
-- KEYS[1]     alerts  hash
-- KEYS[2..4]  alert   queue  wake, holder, tries
-- ARGV[1]     alert id
-- ARGV[2]     token of the claim
--
-- Returns 1, or 0 when another worker holds it.

if redis.call("HGET", KEYS[3], ARGV[1]) ~= ARGV[2] then
    return 0
end
redis.call("HDEL", KEYS[1], ARGV[1])
redis.call("ZREM", KEYS[2], ARGV[1])
redis.call("HDEL", KEYS[3], ARGV[1])
redis.call("HDEL", KEYS[4], ARGV[1])
return 1
