-- Give back a try that was right, and the wait that it would have cost.
--
-- KEYS[1]  failed  hash  count, locked until (ms)
-- ARGV[1]  until when that try locked the name (ms)
--
-- Returns how many tries count now. What others tried meanwhile counts on.

local counted = redis.call("HMGET", KEYS[1], "count", "until")
local count = tonumber(counted[1] or "0") - 1
if count <= 0 then
    redis.call("DEL", KEYS[1])
    return 0
end
redis.call("HINCRBY", KEYS[1], "count", -1)
if counted[2] == ARGV[1] then
    redis.call("HDEL", KEYS[1], "until")
end
return count
