-- Take events out of a hole: their shop has dealt with them.
--
-- KEYS[1]    hole  hash  id -> event
-- KEYS[2]    left  zset  id -> when it was first left (ms)
-- ARGV[1..]  ids
--
-- Returns how many there were. Nobody is told: they are done.

local found = 0
for _, id in ipairs(ARGV) do
    found = found + redis.call("HDEL", KEYS[1], id)
    redis.call("ZREM", KEYS[2], id)
end
return found
