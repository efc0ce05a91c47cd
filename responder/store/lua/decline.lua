-- A second person says no to a prepared reply: its words are kept, with the reason as a note.
--
-- KEYS[1]     conversation  hash
-- KEYS[2]     messages      list
-- KEYS[3]     events        stream
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     who
-- ARGV[4]     id of what was asked
-- ARGV[5]     its words
-- ARGV[6]     the reason as a note, JSON
--
-- Returns {"ok"} or a refusal: {"unknown"}, {"stale_ask"}.

local old = redis.call("HMGET", KEYS[1], "account", "asked_id")
if not old[1] then
    return {"unknown"}
end
if old[2] ~= ARGV[4] then
    return {"stale_ask"}
end
redis.call("HDEL", KEYS[1], "asked", "asked_id")
redis.call("HSET", KEYS[1], "held", ARGV[5], "updated_at", ARGV[2])
redis.call("RPUSH", KEYS[2], ARGV[6])
redis.call("XADD", KEYS[3], "*", "type", "second_yes_declined", "account", old[1],
    "conversation", ARGV[1], "at", ARGV[2], "by", ARGV[3])
return {"ok"}
