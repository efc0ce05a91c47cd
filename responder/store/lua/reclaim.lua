-- Take every item of a queue from whoever holds it, and hand it out at a given time at the latest.
--
-- KEYS[1]  wake    zset  item -> when it may next be handed out (ms)
-- KEYS[2]  holder  hash  item -> token of whoever holds it
-- KEYS[3]  tries   hash  (left as it is: an item that ends its worker is given up in the end)
-- ARGV[1]  when to hand it out (ms)
--
-- Returns how many were held.

local held = redis.call("HKEYS", KEYS[2])
for _, item in ipairs(held) do
    redis.call("ZADD", KEYS[1], "LT", ARGV[1], item)
end
redis.call("DEL", KEYS[2])
return #held
