-- Have channels see what has become of what they told: something has ended. Only a hint.
--
-- A channel that was looked at a moment ago waits until it may be looked at again; one that is
-- in somebody's hands is looked at afterwards.
--
-- KEYS[1..3]  channel  queue  wake, holder, tries
-- KEYS[4..]   state    hash   of each channel
-- ARGV[1]     now (ms)
-- ARGV[2..]   channels
--
-- Returns how many are looked at earlier now.

local earlier = 0
for i = 2, #ARGV do
    local channel, state = ARGV[i], KEYS[i + 2]
    local planned = redis.call("HMGET", state, "look_at", "look_from")
    local at = ARGV[1]
    if planned[2] and tonumber(planned[2]) > tonumber(at) then
        at = planned[2]
    end
    if planned[1] and tonumber(planned[1]) > tonumber(at) then
        redis.call("HSET", state, "look_at", at)
        if redis.call("HEXISTS", KEYS[2], channel) == 1 then
            redis.call("HINCRBY", state, "arrivals", 1)
        else
            local wake = redis.call("ZSCORE", KEYS[1], channel)
            if not wake or tonumber(wake) > tonumber(at) then
                redis.call("ZADD", KEYS[1], at, channel)
            end
        end
        earlier = earlier + 1
    end
end
return earlier
