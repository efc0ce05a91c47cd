-- Hand out these items of a queue, if their time has come; hide each until its lease ends.
--
-- KEYS[1]  wake    zset  item -> when it may next be handed out (ms)
-- KEYS[2]  holder  hash  item -> token of whoever holds it now
-- KEYS[3]  tries   hash  item -> times handed out since it was scheduled
-- ARGV[1]  now (ms)
-- ARGV[2]  end of the new lease (ms)
-- ARGV[3]  token of this claim
-- ARGV[4..] items
--
-- Returns {when the queue's next item wants to be handed out (ms) or nil, item, tries, item,
-- tries, ...}, in the order that was asked for. The next one may be one of these.

local claimed = {false}
for i = 4, #ARGV do
    local at = redis.call("ZSCORE", KEYS[1], ARGV[i])
    if at and tonumber(at) <= tonumber(ARGV[1]) then
        redis.call("ZADD", KEYS[1], ARGV[2], ARGV[i])
        redis.call("HSET", KEYS[2], ARGV[i], ARGV[3])
        table.insert(claimed, ARGV[i])
        table.insert(claimed, redis.call("HINCRBY", KEYS[3], ARGV[i], 1))
    end
end
claimed[1] = redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")[2] or false
return claimed
