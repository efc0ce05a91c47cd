-- A person says that the buyer is owed no answer: the clock stops. waiting -> no_reply_needed.
--
-- KEYS[1]      conversation  hash
-- KEYS[2]      owed          zset
-- KEYS[3]      events        stream
-- KEYS[4..6]   draft         queue  wake, holder, tries
-- KEYS[7..9]   watch         queue
-- KEYS[10]     index of waiting          zset
-- KEYS[11]     index of no_reply_needed  zset
-- KEYS[12]     days  hash  "day:n" -> messages of a day that needed no answer
-- KEYS[13]     files  hash  bytes of what lay there for a reply
-- KEYS[14]     stock  hash  conversation -> "until (ms) bytes" of files
-- ARGV[1]      id
-- ARGV[2]      now (ms)
-- ARGV[3]      who
-- ARGV[4]      seq of the newest message that the person has seen ("" not to ask)
--
-- Returns {"ok"} or a refusal: {"unknown"}, {"not_claimed", holder}, {"wrong_state", state},
-- {"newer_message", seq}.

local old = redis.call("HMGET", KEYS[1], "state", "holder", "holder_until", "newest", "account",
    "waiting_since")
if not old[1] then
    return {"unknown"}
end
if old[2] and old[2] ~= ARGV[3] and tonumber(old[3]) > tonumber(ARGV[2]) then
    return {"not_claimed", old[2]}
end
if old[1] == "no_reply_needed" then
    return {"ok"}
end
if old[1] ~= "waiting" then
    return {"wrong_state", old[1]}
end
if ARGV[4] ~= "" and ARGV[4] ~= old[4] then
    return {"newer_message", old[4]}
end
local owed = redis.call("ZRANGE", KEYS[2], 0, -1, "WITHSCORES")
for place = 2, #owed, 2 do
    local day = string.format("%d:n", math.floor(tonumber(owed[place]) / 86400000))
    redis.call("HINCRBY", KEYS[12], day, 1)
end
redis.call("DEL", KEYS[2])
for _, queue in ipairs({4, 7}) do
    redis.call("ZREM", KEYS[queue], ARGV[1])
    redis.call("HDEL", KEYS[queue + 1], ARGV[1])
    redis.call("HDEL", KEYS[queue + 2], ARGV[1])
end
redis.call("HSET", KEYS[1], "state", "no_reply_needed", "updated_at", ARGV[2])
redis.call("HDEL", KEYS[1], "waiting_since", "due_at", "team_due_at", "told", "risk", "holder",
    "holder_token", "holder_until", "held", "problem", "greeted", "files", "files_until")
-- They were for a reply that nobody writes now, and belong beside no later one.
redis.call("DEL", KEYS[13])
redis.call("HDEL", KEYS[14], ARGV[1])
redis.call("ZREM", KEYS[10], ARGV[1])
redis.call("ZADD", KEYS[11], ARGV[2], ARGV[1])
redis.call("XADD", KEYS[3], "*", "type", "no_reply_needed", "account", old[5],
    "conversation", ARGV[1], "at", ARGV[2], "by", ARGV[3], "waiting_since", old[6] or "")
return {"ok"}
