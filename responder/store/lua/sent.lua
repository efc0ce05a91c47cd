-- The marketplace has accepted a reply: what it answers is owed no longer.
--
-- No lease is asked for: that it was accepted is so, whoever finds out. Told twice it does nothing.
-- Where a refusal came before we heard of it, it answers nothing, unless a person has found it.
--
-- KEYS[1]       conversation  hash
-- KEYS[2]       messages      list
-- KEYS[3]       owed          zset
-- KEYS[4]       reply         hash
-- KEYS[5]       seen          zset
-- KEYS[6]       events        stream
-- KEYS[7..9]    outbox        queue  wake, holder, tries
-- KEYS[10..12]  watch         queue
-- KEYS[13..15]  draft         queue
-- KEYS[16..19]  index         zsets  waiting, approved, uncertain, answered
-- KEYS[20]      days          hash   "day:t", "day:l" -> messages of a day answered in time, late;
--                                    "day:w3" by how long the buyer waited, "day:iINTENT" and
--                                    "day:sSTEP INTENT" replies of a day by what they were about,
--                                    "day:pNAME" by who approved them
-- KEYS[21]      files         hash   bytes of the files that went with it
-- KEYS[22]      stock         hash   conversation -> "until (ms) bytes" of files
-- ARGV[1]       id
-- ARGV[2]       now (ms)
-- ARGV[3]       reply id
-- ARGV[4]       the marketplace's id of it
-- ARGV[5]       the reply as a message, JSON
-- ARGV[6]       who says so: "sender", or a person's name
-- ARGV[7]       the earliest moment that a refusal of it may be dated (ms)
-- ARGV[8]       when the marketplace accepted it (ms)
-- ARGV[9]       where the classes of waiting end (ms), ascending, with a space between
--
-- Returns the new state, or "gone" when that reply is settled already.

if redis.call("HGET", KEYS[4], "id") ~= ARGV[3] then
    return "gone"
end
local reply = redis.call("HMGET", KEYS[4], "covers", "digest", "by", "proof", "answers", "step", "files",
    "refused", "draft_version")
local refused = reply[8] and ARGV[6] == "sender"
local old = redis.call("HMGET", KEYS[1], "delivered", "account", "waiting_since", "awaited", "due_at",
    "intent", "draft_version")
-- First of all: a server without memory left takes what makes room, and then the rest with it.
redis.call("DEL", KEYS[4])
redis.call("RPUSH", KEYS[2], ARGV[5])
redis.call("ZADD", KEYS[5], ARGV[2], ARGV[4])

-- What each of the last replies has answered, and what it counts as, is kept aside: should the
-- marketplace refuse one of them later, that is owed again and counted no longer, and a step of
-- the ladder that it offered was not taken. One line a reply, the newest first (see ingest.lua).
-- A message is known by its number: another promise may have given it another deadline since.
local owed, covers = {}, not refused and reply[1] or ""
local rows = redis.call("ZRANGE", KEYS[3], 0, -1, "WITHSCORES")
for i = 1, #rows, 2 do
    local seq = string.match(rows[i], "^%d+")
    owed[seq] = rows[i]
    -- A reply that an older version approved names only the newest message that it answers.
    if not refused and not reply[1] and tonumber(seq) <= tonumber(reply[5]) then
        covers = covers .. rows[i + 1] .. " " .. rows[i] .. " "
    end
end
local covered = {}
local today = math.floor(tonumber(ARGV[8]) / 86400000)
local counts = {string.format("%d", today)}
local function count(what, whole)
    redis.call("HINCRBY", KEYS[20], counts[1] .. ":" .. what, 1)
    table.insert(counts, whole or what)
end
for score, approved in string.gmatch(covers, "(%S+) (%S+)") do
    local member = owed[string.match(approved, "^%d+")]
    if member then
        local due = tonumber(string.match(member, "|(%d+)|"))
        local verdict = tonumber(ARGV[8]) <= due and "t" or "l"
        local day = string.format("%d:%s", math.floor(tonumber(score) / 86400000), verdict)
        redis.call("HINCRBY", KEYS[20], day, 1)
        local class = 0
        for limit in string.gmatch(ARGV[9], "%d+") do
            if tonumber(ARGV[8]) - tonumber(score) >= tonumber(limit) then
                class = class + 1
            end
        end
        count(string.format("w%d", class))
        redis.call("ZREM", KEYS[3], member)
        table.insert(covered, verdict .. score .. " " .. member)
    end
end
if not refused then
    count("i" .. (old[6] or "unknown"))
    count("p" .. reply[3])
end
if not refused and reply[6] and reply[6] ~= "" then
    count("s" .. (string.match(reply[6], "^%S+ %S+") or reply[6]), "s" .. reply[6])
    redis.call("HSET", KEYS[1], "ladder_step", reply[6])
end
local delivered = {table.concat({ARGV[3], ARGV[4], ARGV[7],
    refused and "refused" or table.concat(covered, " ") .. "\t" .. table.concat(counts, "\t")}, "\t")}
for line in string.gmatch(old[1] or "", "[^\n]+") do
    if #delivered < 16 then
        table.insert(delivered, line)
    end
end
redis.call("HSET", KEYS[1], "delivered", table.concat(delivered, "\n"), "updated_at", ARGV[2])
-- Its copy may be listed later than those of replies after it; the last few are recognized.
if not reply[4] then
    local awaited = {reply[2] .. " " .. ARGV[4]}
    for copy in string.gmatch(old[4] or "", "[^\n]+") do
        if #awaited < 8 then
            table.insert(awaited, copy)
        end
    end
    redis.call("HSET", KEYS[1], "awaited", table.concat(awaited, "\n"))
end
redis.call("HDEL", KEYS[1], "held", "problem")
if refused then
    redis.call("HSET", KEYS[1], "problem", "refused later by the marketplace")
end
local event = {"type", "sent", "account", old[2], "conversation", ARGV[1],
    "at", ARGV[2], "by", reply[3], "told_by", ARGV[6], "reply", ARGV[3],
    "waiting_since", old[3] or ""}
if reply[7] then
    -- Their names stay in the thread; nobody needs the bytes any more.
    redis.call("DEL", KEYS[21])
    redis.call("HDEL", KEYS[22], ARGV[1])
    redis.call("HDEL", KEYS[1], "files", "files_until")
    table.insert(event, "files")
    table.insert(event, reply[7])
end

local function forget(queue)
    redis.call("ZREM", KEYS[queue], ARGV[1])
    redis.call("HDEL", KEYS[queue + 1], ARGV[1])
    redis.call("HDEL", KEYS[queue + 2], ARGV[1])
end

forget(7)
for i = 16, 19 do
    redis.call("ZREM", KEYS[i], ARGV[1])
end
local head = redis.call("ZRANGE", KEYS[3], 0, 0, "WITHSCORES")
local state = head[1] and "waiting" or "answered"
if head[1] then
    -- The buyer wrote while the reply was under way.
    local due, step = string.match(head[1], "|(%d+)|(%d+)$")
    if head[2] ~= old[3] then
        redis.call("HSET", KEYS[1], "waiting_since", head[2], "due_at", due, "told", 0,
            "team_due_at", string.match(head[1], "^%d+:%a(%d+)") or "")
        redis.call("HDEL", KEYS[1], "risk")
        forget(10)
        redis.call("ZADD", KEYS[10], step, ARGV[1])
    elseif due ~= old[5] then
        -- Another message of the same moment, and otherwise promised: the watcher sees to it.
        redis.call("HSET", KEYS[1], "due_at", due,
            "team_due_at", string.match(head[1], "^%d+:%a(%d+)") or "")
        forget(10)
        redis.call("ZADD", KEYS[10], ARGV[2], ARGV[1])
    end
    redis.call("ZADD", KEYS[16], due, ARGV[1])
    if reply[9] == (old[7] or "0") then
        -- What has been said is not approved once more for what is still owed.
        redis.call("HINCRBY", KEYS[1], "draft_version", 1)
        redis.call("HDEL", KEYS[1], "draft", "draft_at")
        redis.call("ZADD", KEYS[13], "NX", ARGV[2], ARGV[1])
    end
else
    redis.call("HDEL", KEYS[1], "waiting_since", "due_at", "team_due_at", "told", "risk",
        "greeted")
    forget(10)
    forget(13)
    redis.call("ZADD", KEYS[19], ARGV[2], ARGV[1])
end
redis.call("HSET", KEYS[1], "state", state)
redis.call("XADD", KEYS[6], "*", unpack(event))
return state
