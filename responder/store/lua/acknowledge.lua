-- Somebody has seen a message of a channel, and sees to it.
--
-- KEYS[1]  events    stream
-- KEYS[2]  messages  hash
-- KEYS[3]  heard     zset  table|alert|writing -> when (ms)
-- ARGV[1]  channel
-- ARGV[2]  message
-- ARGV[3]  now (ms)
-- ARGV[4]  who, as JSON with the moment
-- ARGV[5]  what was heard before this (ms) is forgotten
-- ARGV[6]  who
-- ARGV[7..] table|alert|writing of everything in it that is still open
--
-- Returns what stands there: ours, or that of who was first; "" when the message is over.

redis.call("ZREMRANGEBYSCORE", KEYS[3], "-inf", ARGV[5])
if redis.call("HEXISTS", KEYS[2], ARGV[2]) == 0 then
    return ""
end
if redis.call("HSETNX", KEYS[2], ARGV[2] .. "/heard", ARGV[4]) == 0 then
    return redis.call("HGET", KEYS[2], ARGV[2] .. "/heard")
end
for i = 7, #ARGV do
    redis.call("ZADD", KEYS[3], ARGV[3], ARGV[i])
end
redis.call("XADD", KEYS[1], "*", "type", "alert_acknowledged", "account", "", "conversation", "",
    "at", ARGV[3], "channel", ARGV[1], "message", ARGV[2], "by", ARGV[6])
return ARGV[4]
