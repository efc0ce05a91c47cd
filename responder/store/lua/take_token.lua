-- Take one token from the bucket of an operation, if it holds one; or empty the bucket.
--
-- KEYS[1]  budget  hash  operation -> when its bucket is full again (ms)
-- ARGV[1]  operation
-- ARGV[2]  now (ms)
-- ARGV[3]  how long one token takes to come back (ms)
-- ARGV[4]  when a bucket that is empty now is full again (ms)
-- ARGV[5]  "drain" to empty it, else "take"
--
-- Returns 0, or how long to wait for a token (ms): nothing has changed then.

local now, latest = tonumber(ARGV[2]), tonumber(ARGV[4])
local full_at = math.max(tonumber(redis.call("HGET", KEYS[1], ARGV[1]) or ARGV[2]), now)
full_at = math.min(full_at, latest) -- left by a clock that was ahead: never emptier than empty
local after = full_at + tonumber(ARGV[3])
if ARGV[5] == "drain" then
    after = math.max(full_at, latest)
elseif after > latest then
    return after - latest
end
redis.call("HSET", KEYS[1], ARGV[1], string.format("%.0f", after))
if redis.call("PTTL", KEYS[1]) < after - now then
    redis.call("PEXPIRE", KEYS[1], after - now)
end
return 0
