-- A poll of an account came to nothing: note why, and plan the next one.
--
-- Its tries are counted on, so that the pauses can grow; INGEST begins them anew.
--
-- KEYS[1]     account   hash
-- KEYS[2]     accounts  set
-- KEYS[3]     events    stream
-- KEYS[4..6]  poll      queue  wake, holder, tries
-- KEYS[7]     alerts    hash
-- KEYS[8..10] alert     queue
-- ARGV[1]     account
-- ARGV[2]     now (ms)
-- ARGV[3]     token of the claim
-- ARGV[4]     when to poll next (ms)
-- ARGV[5]     what is wrong, without secrets
-- ARGV[6]     after this many failures in a row the account counts as down
-- ARGV[7]     alert id
-- ARGV[8]     alert as JSON
--
-- Returns failures in a row, or 0 when another worker holds the account.

if redis.call("HGET", KEYS[5], ARGV[1]) ~= ARGV[3] then
    return 0
end
redis.call("SADD", KEYS[2], ARGV[1])
local failures = redis.call("HINCRBY", KEYS[1], "failures", 1)
redis.call("HSETNX", KEYS[1], "failing_since", ARGV[2])
redis.call("HSET", KEYS[1], "problem", ARGV[5], "polled_at", ARGV[2])
redis.call("ZADD", KEYS[4], ARGV[4], ARGV[1])
redis.call("HDEL", KEYS[5], ARGV[1])
if failures >= tonumber(ARGV[6]) and redis.call("HSETNX", KEYS[1], "down_since", ARGV[2]) == 1 then
    redis.call("HSET", KEYS[7], ARGV[7], ARGV[8])
    redis.call("ZADD", KEYS[8], ARGV[2], ARGV[7])
    redis.call("XADD", KEYS[3], "*", "type", "account_down", "account", ARGV[1],
        "conversation", "", "at", ARGV[2], "reason", ARGV[5])
end
return failures
