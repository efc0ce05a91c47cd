-- Note what a look at a channel has brought, and plan the next look.
--
-- What came to the channel meanwhile has it looked at again as soon as it may speak.
--
-- KEYS[1]     events    stream
-- KEYS[2..4]  channel   queue  wake, holder, tries
-- KEYS[5]     state     hash
-- KEYS[6]     waiting   hash
-- KEYS[7]     told      hash
-- KEYS[8]     messages  hash
-- ARGV[1]     channel
-- ARGV[2]     token of the claim
-- ARGV[3]     now (ms)
-- ARGV[4]     arrivals that the look knew of
-- ARGV[5]     when to look again (ms) or "" for only when something comes
-- ARGV[6]     not before (ms) it speaks again
-- ARGV[7]     type of the event, or "" for none
-- ARGV[8]     id of the message that it is about, or ""
-- ARGV[9]     how much it is about
-- ARGV[10..]  for state, waiting, told, messages: a count, and so often: a field, and what
--             stands there from now on, or "" for nothing
--
-- Returns 1, or 0 when another worker holds the channel.

if redis.call("HGET", KEYS[3], ARGV[1]) ~= ARGV[2] then
    return 0
end
local at = 10
for key = 5, 8 do
    local count = tonumber(ARGV[at])
    at = at + 1
    for _ = 1, count do
        if ARGV[at + 1] == "" then
            redis.call("HDEL", KEYS[key], ARGV[at])
        else
            redis.call("HSET", KEYS[key], ARGV[at], ARGV[at + 1])
        end
        at = at + 2
    end
end
redis.call("HSET", KEYS[5], "not_before", ARGV[6])
local wake = ARGV[5]
if (redis.call("HGET", KEYS[5], "arrivals") or "0") ~= ARGV[4] then
    if wake == "" or tonumber(ARGV[6]) < tonumber(wake) then
        wake = ARGV[6]
    end
end
redis.call("HDEL", KEYS[3], ARGV[1])
redis.call("HDEL", KEYS[4], ARGV[1])
if wake == "" then
    redis.call("ZREM", KEYS[2], ARGV[1])
else
    redis.call("ZADD", KEYS[2], wake, ARGV[1])
end
if ARGV[7] ~= "" then
    redis.call("XADD", KEYS[1], "*", "type", ARGV[7], "account", "", "conversation", "",
        "at", ARGV[3], "channel", ARGV[1], "message", ARGV[8], "count", ARGV[9])
end
return 1
