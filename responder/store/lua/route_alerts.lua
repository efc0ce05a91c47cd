-- Give alerts to the channels that tell them, each once, and have those look.
--
-- KEYS[1]     events   stream
-- KEYS[2]     routed   zset  mark -> when (ms)
-- KEYS[3..5]  channel  queue  wake, holder, tries
-- KEYS[6..]   state hash, waiting hash; for each delivery
-- ARGV[1]     now (ms)
-- ARGV[2]     what was routed before this (ms) is forgotten
-- ARGV[3..]   for each delivery: channel, mark, id of the item, JSON, when to look (ms)
--
-- Returns 1 for each delivery that is new, 0 for one that was made before.

redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", ARGV[2])
local answers, count, key = {}, 0, 6
for i = 3, #ARGV, 5 do
    local channel, mark, id, wake = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 4]
    local state, waiting = KEYS[key], KEYS[key + 1]
    local new = redis.call("ZADD", KEYS[2], "NX", ARGV[1], mark)
    if new == 1 then
        redis.call("HSET", waiting, id, ARGV[i + 3])
        redis.call("HINCRBY", state, "arrivals", 1)
        local not_before = redis.call("HGET", state, "not_before")
        if not_before and tonumber(not_before) > tonumber(wake) then
            wake = not_before
        end
        local planned = redis.call("ZSCORE", KEYS[3], channel)
        local held = redis.call("HEXISTS", KEYS[4], channel) == 1
        if not planned or (not held and tonumber(planned) > tonumber(wake)) then
            redis.call("ZADD", KEYS[3], wake, channel)
        end
        count = count + 1
    end
    table.insert(answers, new)
    key = key + 2
end
if count > 0 then
    redis.call("XADD", KEYS[1], "*", "type", "alert_routed", "account", "", "conversation", "",
        "at", ARGV[1], "count", count)
end
return answers
