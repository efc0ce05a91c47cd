-- Write an alert down that no other change brings with it.
--
-- KEYS[1]    alerts  hash
-- KEYS[2..4] alert   queue  wake, holder, tries
-- KEYS[5]    events  stream
-- ARGV[1]    now (ms)
-- ARGV[2]    alert id
-- ARGV[3]    alert as JSON
-- ARGV[4]    account
--
-- Returns 1, or 0 when it is written down already.

if redis.call("HSETNX", KEYS[1], ARGV[2], ARGV[3]) == 0 then
    return 0
end
redis.call("ZADD", KEYS[2], ARGV[1], ARGV[2])
redis.call("XADD", KEYS[5], "*", "type", "dead_letter", "account", ARGV[4], "conversation", "",
    "at", ARGV[1], "item", ARGV[2])
return 1
