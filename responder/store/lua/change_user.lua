-- Change somebody in the books, unless they were changed or taken out meanwhile.
--
-- KEYS[1]  users  hash  name -> JSON
-- ARGV[1]  name
-- ARGV[2]  the JSON that was read
-- ARGV[3]  the JSON that takes its place
--
-- Returns 1, or 0 where another one stands there by now, or none: nothing has changed then.

if redis.call("HGET", KEYS[1], ARGV[1]) ~= ARGV[2] then
    return 0
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
return 1
