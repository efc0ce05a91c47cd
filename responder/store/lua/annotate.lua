-- Change what people say about a conversation: assignee, snooze, escalation, a note.
--
-- KEYS[1]   conversation  hash
-- KEYS[2]   messages      list
-- KEYS[3]   events        stream
-- ARGV[1]   id
-- ARGV[2]   now (ms)
-- ARGV[3]   who
-- ARGV[4]   the kind of event
-- ARGV[5]   a note as a message, JSON, or ""
-- ARGV[6..] field, value, field, value, ...
--
-- Returns {"ok"} or {"unknown"}.

local account = redis.call("HGET", KEYS[1], "account")
if not account then
    return {"unknown"}
end
for i = 6, #ARGV, 2 do
    if ARGV[i + 1] == "" then
        redis.call("HDEL", KEYS[1], ARGV[i])
    else
        redis.call("HSET", KEYS[1], ARGV[i], ARGV[i + 1])
    end
end
if ARGV[5] ~= "" then
    redis.call("RPUSH", KEYS[2], ARGV[5])
end
redis.call("HSET", KEYS[1], "updated_at", ARGV[2])
redis.call("XADD", KEYS[3], "*", "type", ARGV[4], "account", account, "conversation", ARGV[1],
    "at", ARGV[2], "by", ARGV[3])
return {"ok"}
