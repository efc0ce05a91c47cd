-- Write down the alert that something was missing, once for each count of it.
--
-- KEYS[1]     account  hash
-- KEYS[2]     events   stream
-- KEYS[3]     alerts   hash
-- KEYS[4..6]  alert    queue  wake, holder, tries
-- ARGV[1]     account
-- ARGV[2]     now (ms)
-- ARGV[3]     how many things have ever been missing
-- ARGV[4]     a gap that was told of after this (ms) is told of later
-- ARGV[5]     alert id
-- ARGV[6]     alert as JSON
--
-- Returns 1, or 0 when all of it was told of before, or another so lately.

local old = redis.call("HMGET", KEYS[1], "gap_told", "gap_told_at")
if tonumber(old[1] or "0") >= tonumber(ARGV[3]) then
    return 0
end
-- A minute ahead of now it was told of by a clock that was wrong.
local at = tonumber(old[2] or "0")
if at > tonumber(ARGV[4]) and at <= tonumber(ARGV[2]) + 60000 then
    return 0
end
redis.call("HSET", KEYS[1], "gap_told", ARGV[3], "gap_told_at", ARGV[2])
redis.call("HSETNX", KEYS[1], "gap_since", ARGV[2])
redis.call("HSET", KEYS[3], ARGV[5], ARGV[6])
redis.call("ZADD", KEYS[4], ARGV[2], ARGV[5])
redis.call("XADD", KEYS[2], "*", "type", "ingest_gap", "account", ARGV[1],
    "conversation", "", "at", ARGV[2], "missing", ARGV[3])
return 1
