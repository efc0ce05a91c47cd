-- Lay a prepared reply before a second person: nothing leaves until they say yes.
--
-- The conversation stays "waiting" and its clock runs. What was asked before is replaced; what
-- is asked lapses by itself when the draft's version or the newest message is another.
--
-- KEYS[1]     conversation  hash
-- KEYS[2]     events        stream
-- KEYS[3]     files         hash  id -> the bytes in Base64
-- KEYS[4]     stock         hash  conversation -> "until (ms) bytes" of files
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     who asks
-- ARGV[4]     token of the claim; "" where none is held, and nobody else may hold one
-- ARGV[5]     version of the draft that was read
-- ARGV[6]     seq of the newest message that was read
-- ARGV[7]     id of what is asked
-- ARGV[8]     what is asked, JSON
-- ARGV[9]     why a second yes is needed
-- ARGV[10]    id of the prepared reply that lay there when the conversation was read, or "": whoever
--             holds no claim passes over no other
-- ARGV[11]    ids of the files that shall go with it, with a space between; or ""
-- ARGV[12]    until when these are kept for it (ms): no earlier than they were
--
-- Returns {"ok"} or a refusal: {"unknown"}, {"not_claimed", holder or ""},
-- {"held", agent, until (ms)}, {"wrong_state", state}, {"stale_draft", version},
-- {"newer_message", seq}, {"stale_ask"}, {"file_gone", id}.

local old = redis.call("HMGET", KEYS[1], "state", "holder", "holder_token", "holder_until",
    "draft_version", "newest", "account", "asked_id", "files_until")
if not old[1] then
    return {"unknown"}
end
if old[8] == ARGV[7] then
    return {"ok"}
end
local live = old[2] and tonumber(old[4]) > tonumber(ARGV[2])
if ARGV[4] == "" then
    if live and old[2] ~= ARGV[3] then
        return {"held", old[2], old[4]}
    end
elseif not live or old[3] ~= ARGV[4] then
    return {"not_claimed", live and old[2] or ""}
end
if old[1] ~= "waiting" then
    return {"wrong_state", old[1]}
end
if ARGV[6] ~= old[6] then
    return {"newer_message", old[6]}
end
if (old[5] or "0") ~= ARGV[5] then
    return {"stale_draft", old[5] or "0"}
end
if ARGV[4] == "" and (old[8] or "") ~= ARGV[10] then
    return {"stale_ask"}
end
if ARGV[11] ~= "" then
    for file in string.gmatch(ARGV[11], "%S+") do
        if tonumber(old[9] or 0) <= tonumber(ARGV[2])
            or redis.call("HEXISTS", KEYS[3], file) == 0 then
            return {"file_gone", file}
        end
    end
    local bytes = string.match(redis.call("HGET", KEYS[4], ARGV[1]) or "", " (%d+)$") or "0"
    redis.call("HSET", KEYS[1], "files_until", ARGV[12])
    redis.call("HSET", KEYS[4], ARGV[1], ARGV[12] .. " " .. bytes)
    redis.call("PEXPIRE", KEYS[3], string.format("%d", tonumber(ARGV[12]) - tonumber(ARGV[2])))
end
redis.call("HSET", KEYS[1], "asked", ARGV[8], "asked_id", ARGV[7], "updated_at", ARGV[2])
redis.call("HDEL", KEYS[1], "holder", "holder_token", "holder_until")
redis.call("XADD", KEYS[2], "*", "type", "second_yes_asked", "account", old[7],
    "conversation", ARGV[1], "at", ARGV[2], "by", ARGV[3], "why", ARGV[9])
return {"ok"}
