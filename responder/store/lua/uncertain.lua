-- Nobody can tell whether a reply arrived: a person decides. approved -> uncertain.
--
-- KEYS[1]     conversation  hash
-- KEYS[2]     reply         hash
-- KEYS[3]     events        stream
-- KEYS[4..6]  outbox        queue  wake, holder, tries
-- KEYS[7]     index of approved   zset
-- KEYS[8]     index of uncertain  zset
-- KEYS[9]     alerts        hash
-- KEYS[10..12] alert        queue
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     token of the claim; "" for what nobody tries to send any more
-- ARGV[4]     why
-- ARGV[5]     alert id, or ""
-- ARGV[6]     alert as JSON
--
-- Returns 1, or 0 when another worker holds it or it is settled.

local holder = redis.call("HGET", KEYS[5], ARGV[1]) or ""
local given_up = redis.call("ZSCORE", KEYS[4], ARGV[1]) == false
if holder ~= ARGV[3] or ARGV[3] == "" and not given_up
    or redis.call("HGET", KEYS[2], "state") ~= "sending" then
    return 0
end
local old = redis.call("HMGET", KEYS[1], "account", "due_at")
redis.call("HSET", KEYS[2], "state", "uncertain")
redis.call("ZREM", KEYS[4], ARGV[1])
redis.call("HDEL", KEYS[5], ARGV[1])
redis.call("HDEL", KEYS[6], ARGV[1])
redis.call("HSET", KEYS[1], "state", "uncertain", "problem", ARGV[4], "updated_at", ARGV[2])
redis.call("ZREM", KEYS[7], ARGV[1])
redis.call("ZADD", KEYS[8], old[2] or ARGV[2], ARGV[1])
if ARGV[5] ~= "" then
    redis.call("HSET", KEYS[9], ARGV[5], ARGV[6])
    redis.call("ZADD", KEYS[10], ARGV[2], ARGV[5])
end
redis.call("XADD", KEYS[3], "*", "type", "uncertain", "account", old[1], "conversation", ARGV[1],
    "at", ARGV[2], "reason", ARGV[4])
return 1
