-- Forget a dead letter: a person has seen to it.
--
-- KEYS[1]  dead    hash    id -> JSON
-- KEYS[2]  events  stream
-- KEYS[3]  alerts  hash    id -> JSON
-- ARGV[1]  id of the dead letter
-- ARGV[2]  now (ms)
-- ARGV[3]  account, or ""
-- ARGV[4]  who drops it
-- ARGV[5]  alert that is not told any more, or ""
--
-- Returns 1, or 0 when there is no such letter.

if redis.call("HDEL", KEYS[1], ARGV[1]) == 0 then
    return 0
end
if ARGV[5] ~= "" then
    redis.call("HDEL", KEYS[3], ARGV[5])
end
redis.call("XADD", KEYS[2], "*", "type", "dead_letter_dropped", "account", ARGV[3],
    "conversation", "", "at", ARGV[2], "item", ARGV[1], "by", ARGV[4])
return 1
