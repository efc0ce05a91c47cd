-- Put an approved text on its way: waiting -> approved.
--
-- Asked again with the same words it answers the same, so a lost answer does no harm.
--
-- KEYS[1]     conversation  hash
-- KEYS[2]     reply         hash
-- KEYS[3]     events        stream
-- KEYS[4..6]  outbox        queue  wake, holder, tries
-- KEYS[7]     index of waiting   zset
-- KEYS[8]     index of approved  zset
-- KEYS[9]     owed          zset
-- KEYS[10]    lessons of the account  stream
-- KEYS[11]    edits of the account    hash
-- KEYS[12]    files         hash  id -> the bytes in Base64
-- KEYS[13]    stock         hash  conversation -> "until (ms) bytes" of files
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     who approves
-- ARGV[4]     token of the claim; "" where none is held, and nobody else may hold one
-- ARGV[5]     version of the draft that was approved
-- ARGV[6]     text
-- ARGV[7]     digest of the text
-- ARGV[8]     when it may leave (ms)
-- ARGV[9]     why a rule was overridden, or ""
-- ARGV[10]    seq of the newest message that was read; "" for the newest that the draft has seen
-- ARGV[11]    what makes the reply's id its own for ever, also in a store that lost its last writes
-- ARGV[12]    lesson: the buyer's words and the confirmed intent as JSON, or ""
-- ARGV[13]    row of the edits that it counts in, or ""
-- ARGV[14]    how many characters of the draft were changed
-- ARGV[15]    how many characters the draft had
-- ARGV[16]    how many lessons are kept, about
-- ARGV[17]    the step of the resolution ladder that it makes, or ""
-- ARGV[18]    id of the prepared reply that this says yes to, or ""
-- ARGV[19]    who prepared that one, or ""
-- ARGV[20]    id of the prepared reply that lay there when the conversation was read, or "": whoever
--             holds no claim passes over no other
-- ARGV[21]    ids of the files that go with it, in their order, with a space between; or ""
-- ARGV[22]    until when these are kept for it (ms)
--
-- Returns {"ok", reply id} or a refusal: {"unknown"}, {"not_claimed", holder or ""},
-- {"held", agent, until (ms)}, {"wrong_state", state}, {"stale_draft", version},
-- {"newer_message", seq}, {"stale_ask"}, {"file_gone", id}.

local old = redis.call("HMGET", KEYS[1], "state", "holder", "holder_token", "holder_until",
    "draft_version", "draft_answers", "newest", "account", "due_at",
    "counted", "asked_id", "files", "files_until")
if not old[1] then
    return {"unknown"}
end
local sent = redis.call("HMGET", KEYS[2], "id", "draft_version", "by", "digest", "file_ids")
if sent[1] and sent[2] == ARGV[5] and sent[3] == ARGV[3] and sent[4] == ARGV[7]
    and (sent[5] or "") == ARGV[21] then
    return {"ok", sent[1]}
end
local live = old[2] and tonumber(old[4]) > tonumber(ARGV[2])
if ARGV[4] == "" or ARGV[18] ~= "" then
    -- Whoever prepared what this says yes to may look on, or write on; nobody else is disturbed.
    if live and old[2] ~= ARGV[3] and (ARGV[19] == "" or old[2] ~= ARGV[19]) then
        return {"held", old[2], old[4]}
    end
elseif not live or old[3] ~= ARGV[4] then
    return {"not_claimed", live and old[2] or ""}
end
if old[1] ~= "waiting" then
    return {"wrong_state", old[1]}
end
local seen = ARGV[10] ~= "" and ARGV[10] or old[6]
if seen and seen ~= old[7] then
    return {"newer_message", old[7]}
end
if not seen or (old[5] or "0") ~= ARGV[5] then
    return {"stale_draft", old[5] or "0"}
end
if ARGV[18] ~= "" and old[11] ~= ARGV[18] then
    return {"stale_ask"}
end
if ARGV[18] == "" and ARGV[4] == "" and (old[11] or "") ~= ARGV[20] then
    return {"stale_ask"}
end
local told = {}
if ARGV[21] ~= "" then
    local lying = {}
    if old[12] and tonumber(old[13]) > tonumber(ARGV[2]) then
        for file, what in string.gmatch(old[12], "(%S+) ([^\n]+)") do
            lying[file] = what
        end
    end
    for file in string.gmatch(ARGV[21], "%S+") do
        if not lying[file] or redis.call("HEXISTS", KEYS[12], file) == 0 then
            return {"file_gone", file}
        end
        table.insert(told, file .. " " .. lying[file])
    end
end
-- It answers what is owed now: what an earlier reply was believed to have answered, it does not.
local covers = {}
local owed = redis.call("ZRANGE", KEYS[9], 0, -1, "WITHSCORES")
for i = 1, #owed, 2 do
    table.insert(covers, owed[i + 1] .. " " .. owed[i])
end
local reply = ARGV[1] .. "." .. ARGV[11]
redis.call("HSET", KEYS[2], "id", reply, "text", ARGV[6], "digest", ARGV[7], "by", ARGV[3],
    "approved_at", ARGV[2], "answers", old[7], "covers", table.concat(covers, " "),
    "state", "queued", "attempts", 0, "draft_version", ARGV[5], "override", ARGV[9],
    "step", ARGV[17])
if old[12] then
    -- What lies here and does not go with it is given up; what goes is kept until it is settled.
    for file in string.gmatch(old[12], "(%S+) [^\n]+") do
        if not string.find(" " .. ARGV[21] .. " ", " " .. file .. " ", 1, true) then
            redis.call("HDEL", KEYS[12], file)
        end
    end
    if #told == 0 then
        redis.call("HDEL", KEYS[1], "files", "files_until")
        redis.call("HDEL", KEYS[13], ARGV[1])
    else
        local bytes = 0
        for file in string.gmatch(ARGV[21], "%S+") do
            bytes = bytes + redis.call("HSTRLEN", KEYS[12], file)
        end
        local files = table.concat(told, "\n")
        redis.call("HSET", KEYS[1], "files", files, "files_until", ARGV[22])
        redis.call("HSET", KEYS[2], "files", files, "file_ids", ARGV[21])
        redis.call("HSET", KEYS[13], ARGV[1], ARGV[22] .. " " .. string.format("%d", bytes))
        redis.call("PEXPIRE", KEYS[12],
            string.format("%d", tonumber(ARGV[22]) - tonumber(ARGV[2])))
    end
end
redis.call("ZADD", KEYS[4], ARGV[8], ARGV[1])
redis.call("HDEL", KEYS[5], ARGV[1])
redis.call("HDEL", KEYS[6], ARGV[1])
if ARGV[12] ~= "" then
    redis.call("XADD", KEYS[10], "MAXLEN", "~", ARGV[16], "*", "conversation", ARGV[1],
        "answers", old[7], "at", ARGV[2], "lesson", ARGV[12])
end
-- What is approved again after an undo is not counted again.
if ARGV[13] ~= "" and old[10] ~= ARGV[5] then
    redis.call("HINCRBY", KEYS[11], ARGV[13] .. "|approved", 1)
    redis.call("HINCRBY", KEYS[11], ARGV[13] .. "|distance", ARGV[14])
    redis.call("HINCRBY", KEYS[11], ARGV[13] .. "|length", ARGV[15])
    if ARGV[14] ~= "0" then
        redis.call("HINCRBY", KEYS[11], ARGV[13] .. "|edited", 1)
        redis.call("HSET", KEYS[11], ARGV[13] .. "|last", ARGV[1])
    end
    redis.call("HSET", KEYS[1], "counted", ARGV[5])
end
redis.call("HSET", KEYS[1], "state", "approved", "updated_at", ARGV[2])
redis.call("HDEL", KEYS[1], "holder", "holder_token", "holder_until", "held", "problem",
    "asked", "asked_id")
redis.call("ZREM", KEYS[7], ARGV[1])
redis.call("ZADD", KEYS[8], old[9], ARGV[1])
local event = {"type", "approved", "account", old[8], "conversation", ARGV[1],
    "at", ARGV[2], "by", ARGV[3], "reply", reply, "override", ARGV[9],
    "asked_by", ARGV[19]}
if #told > 0 then
    table.insert(event, "files")
    table.insert(event, table.concat(told, "\n"))
end
redis.call("XADD", KEYS[3], "*", unpack(event))
return {"ok", reply}
