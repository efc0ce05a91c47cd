-- Leave events of a shared queue for the shop that they are about.
--
-- KEYS[1]      hole  hash  id -> event
-- ARGV[1]      how long they lie there (ms)
-- ARGV[2..]    id, event, id, event, ...
--
-- Returns how many are new. Nobody is told: the shop looks at its next poll.

local new = 0
for at = 2, #ARGV, 2 do
    new = new + redis.call("HSET", KEYS[1], ARGV[at], ARGV[at + 1])
end
redis.call("PEXPIRE", KEYS[1], ARGV[1])
return new
