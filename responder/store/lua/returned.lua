-- A reply comes back to a person: withdrawn, held, refused, or found not to have been sent.
--
-- Its words are kept beside the next draft. The clock was never stopped.
--
-- KEYS[1]      conversation  hash
-- KEYS[2]      reply         hash
-- KEYS[3]      owed          zset
-- KEYS[4]      events        stream
-- KEYS[5..7]   outbox        queue  wake, holder, tries
-- KEYS[8..10]  draft         queue
-- KEYS[11..14] index         zsets  waiting, approved, uncertain, answered
-- KEYS[15]     alerts        hash
-- KEYS[16..18] alert         queue
-- ARGV[1]      id
-- ARGV[2]      now (ms)
-- ARGV[3]      reply id
-- ARGV[4]      state that the reply must be in: queued, sending or uncertain
-- ARGV[5]      token of the worker's claim; "" when a person asks
-- ARGV[6]      the change: withdrawn, held, refused or not_sent
-- ARGV[7]      who or why
-- ARGV[8]      alert id, or ""
-- ARGV[9]      alert as JSON
-- ARGV[10]     who must have approved it, or "" for whoever did
-- ARGV[11]     "1" when it had been sent: its copy may be listed yet
--
-- Returns {"ok"}, {"unknown"}, {"gone"}, {"wrong_state", state of the reply} or
-- {"not_yours", who approved it}.

local old = redis.call("HMGET", KEYS[1], "account", "state", "awaited")
if not old[1] then
    return {"unknown"}
end
local reply = redis.call("HMGET", KEYS[2], "id", "state", "text", "by", "digest", "proof")
if not reply[1] or (ARGV[3] ~= "" and reply[1] ~= ARGV[3]) then
    return {"gone"}
end
if reply[2] ~= ARGV[4] then
    return {"wrong_state", reply[2]}
end
-- Our own words were read back: it has arrived, whatever anybody found, and SENT is on its way.
if reply[6] then
    return {"gone"}
end
if ARGV[10] ~= "" and reply[4] ~= ARGV[10] then
    return {"not_yours", reply[4]}
end
if ARGV[5] ~= "" and redis.call("HGET", KEYS[6], ARGV[1]) ~= ARGV[5] then
    return {"gone"}
end
-- As in sent.lua: its copy is recognized, and answers nothing.
if ARGV[11] == "1" then
    local awaited = {reply[5] .. " " .. reply[1]}
    for copy in string.gmatch(old[3] or "", "[^\n]+") do
        if #awaited < 8 then
            table.insert(awaited, copy)
        end
    end
    redis.call("HSET", KEYS[1], "awaited", table.concat(awaited, "\n"))
end
redis.call("DEL", KEYS[2])
redis.call("ZREM", KEYS[5], ARGV[1])
redis.call("HDEL", KEYS[6], ARGV[1])
redis.call("HDEL", KEYS[7], ARGV[1])
for i = 11, 14 do
    redis.call("ZREM", KEYS[i], ARGV[1])
end
local head = redis.call("ZRANGE", KEYS[3], 0, 0)
if head[1] then
    redis.call("ZADD", KEYS[11], string.match(head[1], "|(%d+)|"), ARGV[1])
    redis.call("HSET", KEYS[1], "state", "waiting")
else
    redis.call("ZADD", KEYS[14], ARGV[2], ARGV[1])
    redis.call("HSET", KEYS[1], "state", "answered")
end
redis.call("HSET", KEYS[1], "held", reply[3], "updated_at", ARGV[2])
if ARGV[6] == "withdrawn" then
    redis.call("HDEL", KEYS[1], "problem")
else
    redis.call("HSET", KEYS[1], "problem", ARGV[6] .. ": " .. ARGV[7])
    if head[1] then
        redis.call("ZADD", KEYS[8], "NX", ARGV[2], ARGV[1])
    end
end
if ARGV[8] ~= "" then
    redis.call("HSET", KEYS[15], ARGV[8], ARGV[9])
    redis.call("ZADD", KEYS[16], ARGV[2], ARGV[8])
end
redis.call("XADD", KEYS[4], "*", "type", ARGV[6], "account", old[1], "conversation", ARGV[1],
    "at", ARGV[2], "by", ARGV[7])
return {"ok"}
