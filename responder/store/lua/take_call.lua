-- Count one more call of an app's day, unless there were too many.
--
-- KEYS[1]  calls  string  how many there were; two days
-- ARGV[1]  how many there may be
--
-- Returns the count with this one, or -(count) - 1 when it may not be: nothing has changed then.

local used = tonumber(redis.call("GET", KEYS[1]) or "0")
if used >= tonumber(ARGV[1]) then
    return -used - 1
end
redis.call("SET", KEYS[1], used + 1, "EX", 172800)
return used + 1
