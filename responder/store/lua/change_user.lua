-- Change somebody in the books or take them out, unless they were changed or taken out meanwhile.
--
-- KEYS[1]  users  hash  name -> JSON
-- ARGV[1]  name
-- ARGV[2]  the JSON that was read
-- ARGV[3]  the JSON that takes its place, or "" for nobody
-- ARGV[4]  name of an admin who has to be there still, where an admin goes; or absent
-- ARGV[5]  the JSON that was read of that one
--
-- Returns 1, or 0 where another one stands there by now, or none: nothing has changed then.

if redis.call("HGET", KEYS[1], ARGV[1]) ~= ARGV[2] then
    return 0
end
if ARGV[4] and redis.call("HGET", KEYS[1], ARGV[4]) ~= ARGV[5] then
    return 0
end
if ARGV[3] == "" then
    redis.call("HDEL", KEYS[1], ARGV[1])
else
    redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
end
return 1
