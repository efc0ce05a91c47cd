-- Write down what a channel is about to be handed, before it leaves.
--
-- KEYS[1]     events   stream
-- KEYS[2..4]  channel  queue  wake, holder, tries
-- KEYS[5]     state    hash
-- ARGV[1]     channel
-- ARGV[2]     token of the claim
-- ARGV[3]     now (ms)
-- ARGV[4]     what leaves, as JSON
-- ARGV[5]     id of the message
--
-- Returns 1, or 0 when another worker holds the channel.

if redis.call("HGET", KEYS[3], ARGV[1]) ~= ARGV[2] then
    return 0
end
redis.call("HSET", KEYS[5], "telling", ARGV[4])
redis.call("XADD", KEYS[1], "*", "type", "alert_leaves", "account", "", "conversation", "",
    "at", ARGV[3], "channel", ARGV[1], "message", ARGV[5])
return 1
