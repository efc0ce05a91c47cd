-- Take a try at somebody's password or code, before it is looked at; or say how long to wait.
--
-- Counting first is what makes the lock hold: of many tries at the same moment, no more pass than
-- may. A right one is given back (return_try.lua), or ends the count.
--
-- KEYS[1]   failed  hash  count, locked until (ms)
-- ARGV[1]   now (ms)
-- ARGV[2]   how long the count is kept (ms)
-- ARGV[3..] until when nobody may try again after the first, second, … try in a row (ms); the
--           last one holds for all that follow
--
-- Returns {1, until} where it may be tried, {0, until} where the name is locked: nothing has
-- changed then.

local locked = redis.call("HGET", KEYS[1], "until")
if locked and tonumber(locked) > tonumber(ARGV[1]) then
    return {0, locked}
end
local count = redis.call("HINCRBY", KEYS[1], "count", 1)
local ends = ARGV[math.min(count + 2, #ARGV)]
redis.call("HSET", KEYS[1], "until", ends)
redis.call("PEXPIRE", KEYS[1], ARGV[2])
return {1, ends}
