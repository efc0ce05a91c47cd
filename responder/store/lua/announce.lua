-- Note that thresholds were reached, write the alerts down, and plan the next look.
--
-- KEYS[1]     events  stream
-- KEYS[2]     alerts  hash
-- KEYS[3..5]  alert   queue  wake, holder, tries
-- KEYS[6..8]  watch   queue
-- KEYS[9..]   conversation  hash; one for each
-- ARGV[1]     now (ms)
-- ARGV[2]     token of the claim
-- ARGV[3..]   for each: id, waiting_since it was worked out for (ms), steps reached,
--             risk, next step (ms) or "", alert id or "", alert as JSON, when to tell it (ms).
--             Several may share one alert
--
-- Returns 1 for each that was noted, 0 where the clock or the lease has changed.

local noted = {}
local key = 9
for i = 3, #ARGV, 8 do
    local id = ARGV[i]
    local old = redis.call("HMGET", KEYS[key], "waiting_since", "account", "told")
    local ours = redis.call("HGET", KEYS[7], id) == ARGV[2]
    if ours and old[1] == ARGV[i + 1] then
        redis.call("HDEL", KEYS[7], id)
        redis.call("HDEL", KEYS[8], id)
        if ARGV[i + 4] ~= "" then
            redis.call("ZADD", KEYS[6], ARGV[i + 4], id)
        else
            redis.call("ZREM", KEYS[6], id)
        end
        if tonumber(ARGV[i + 2]) > tonumber(old[3] or "0") then
            redis.call("HSET", KEYS[key], "told", ARGV[i + 2], "risk", ARGV[i + 3])
            redis.call("XADD", KEYS[1], "*", "type", "risk", "account", old[2],
                "conversation", id, "at", ARGV[1], "risk", ARGV[i + 3])
            if ARGV[i + 5] ~= "" then
                redis.call("HSET", KEYS[2], ARGV[i + 5], ARGV[i + 6])
                redis.call("ZADD", KEYS[3], ARGV[i + 7], ARGV[i + 5])
                -- Whoever holds what was written down before does not finish this with it.
                redis.call("HDEL", KEYS[4], ARGV[i + 5])
                redis.call("HDEL", KEYS[5], ARGV[i + 5])
            end
        end
        table.insert(noted, 1)
    else
        if ours and not old[1] then
            redis.call("ZREM", KEYS[6], id)
            redis.call("HDEL", KEYS[7], id)
            redis.call("HDEL", KEYS[8], id)
        end
        table.insert(noted, 0)
    end
    key = key + 1
end
return noted
