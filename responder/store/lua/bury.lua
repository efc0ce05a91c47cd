-- Take an item that fails again and again out of a queue, to the dead letters, with its reason.
--
-- KEYS[1]     dead    hash  id -> JSON
-- KEYS[2]     events  stream
-- KEYS[3..5]  the queue it was in  wake, holder, tries
-- KEYS[6]     alerts  hash
-- KEYS[7..9]  alert   queue
-- ARGV[1]     item
-- ARGV[2]     token of the claim
-- ARGV[3]     now (ms)
-- ARGV[4]     id of the dead letter
-- ARGV[5]     dead letter as JSON
-- ARGV[6]     alert id, or "" for none
-- ARGV[7]     alert as JSON
--
-- Returns 1, or 0 when another worker holds it.

if redis.call("HGET", KEYS[4], ARGV[1]) ~= ARGV[2] then
    return 0
end
redis.call("ZREM", KEYS[3], ARGV[1])
redis.call("HDEL", KEYS[4], ARGV[1])
redis.call("HDEL", KEYS[5], ARGV[1])
redis.call("HSET", KEYS[1], ARGV[4], ARGV[5])
if ARGV[6] ~= "" then
    redis.call("HSET", KEYS[6], ARGV[6], ARGV[7])
    redis.call("ZADD", KEYS[7], ARGV[3], ARGV[6])
end
redis.call("XADD", KEYS[2], "*", "type", "dead_letter", "account", "", "conversation", "",
    "at", ARGV[3], "item", ARGV[4])
return 1
