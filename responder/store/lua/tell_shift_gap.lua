-- Write the alert down that something falls due while nobody is there, once for each such time.
--
-- KEYS[1]     account  hash
-- KEYS[2]     events   stream
-- KEYS[3]     alerts   hash
-- KEYS[4..6]  alert    queue  wake, holder, tries
-- ARGV[1]     account
-- ARGV[2]     now (ms)
-- ARGV[3]     when nobody is there any more (ms)
-- ARGV[4]     alert id
-- ARGV[5]     alert as JSON
--
-- Returns 1, or 0 when that was told of before.

if redis.call("HGET", KEYS[1], "shift_gap_told") == ARGV[3] then
    return 0
end
redis.call("HSET", KEYS[1], "shift_gap_told", ARGV[3])
redis.call("HSET", KEYS[3], ARGV[4], ARGV[5])
redis.call("ZADD", KEYS[4], ARGV[2], ARGV[4])
redis.call("XADD", KEYS[2], "*", "type", "shift_gap", "account", ARGV[1],
    "conversation", "", "at", ARGV[2])
return 1
