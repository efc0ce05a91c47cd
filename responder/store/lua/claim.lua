-- Hand out the items of a queue whose time has come; hide each until its lease ends.
--
-- KEYS[1]  wake    zset  item -> when it may next be handed out (ms)
-- KEYS[2]  holder  hash  item -> token of whoever holds it now
-- KEYS[3]  tries   hash  item -> times handed out since it was scheduled
-- ARGV[1]  now (ms)
-- ARGV[2]  end of the new lease (ms)
-- ARGV[3]  token of this claim
-- ARGV[4]  at most this many items
--
-- Returns {when the queue's next item wants to be handed out (ms) or nil, item, tries, item,
-- tries, ...}, earliest first. The next one may be one of these, at the end of its lease.

local ready = redis.call("ZRANGE", KEYS[1], "-inf", ARGV[1], "BYSCORE", "LIMIT", 0, ARGV[4])
local claimed = {false}
for _, item in ipairs(ready) do
    redis.call("ZADD", KEYS[1], ARGV[2], item)
    redis.call("HSET", KEYS[2], item, ARGV[3])
    table.insert(claimed, item)
    table.insert(claimed, redis.call("HINCRBY", KEYS[3], item, 1))
end
claimed[1] = redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")[2] or false
return claimed
