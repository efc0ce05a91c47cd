-- Store one page of an account's inbox and move its cursor, in one step.
--
-- Messages that were stored before are passed over, so the same page may come
-- again. A page fetched under a lost lease changes nothing: another worker may
-- have moved the cursor further.
--
-- A page of a census (what the source lists and we had not) comes the same way,
-- under the lease of the census queue: it moves the census on, never the cursor.
--
-- KEYS[1]       account   hash    cursor, last polls, counters
-- KEYS[2]       accounts  set     names of all accounts
-- KEYS[3]       seen      zset    message id -> when stored (ms); "!id" of what was set aside;
--               of a purged thread "=conversation" -> until when it was answered elsewhere,
--               "=conversation digest" -> when it was purged while the copy of a reply was awaited,
--               "=conversation sent" -> when it was purged with replies that may still be refused
-- KEYS[4]       dead      hash    id -> JSON of what could not become a message
-- KEYS[5]       events    stream
-- KEYS[6..8]    poll      queue   wake, holder, tries; of a census: the census queue
-- KEYS[9..11]   draft     queue
-- KEYS[12..14]  watch     queue
-- KEYS[15..17]  outbox    queue
-- KEYS[18..22]  index     zsets   waiting, approved, uncertain, answered, no_reply_needed
-- KEYS[23]      days      hash    "day:t", "day:l" -> messages of a day answered in time, late
-- KEYS[24]      alerts    hash    id -> JSON
-- KEYS[25..27]  alert     queue
-- KEYS[28]      stock     hash    conversation -> "until (ms) bytes" of files of replies
-- KEYS[29..]    conversation hash, messages list, owed zset, reply hash, files hash, and the
--               buyer's conversations, a zset; for each conversation
--
-- ARGV, read in order: now (ms), account, poll token, when to poll next (ms),
-- "1" to keep the lease, cursor, seen, ignored,
-- "poll" or "census", "1" when the inbox has been read to its end,
-- "=" and the cursor that the page was read after, or "?" where that does not matter,
-- when the oldest and the newest message of the page were sent (ms), or "" and "",
-- id of the alert that tells of what is set aside, or "", the alert as JSON,
-- count of things set aside, then for each: id, id of the dead letter, JSON;
-- count of conversations, then for each: id, marketplace, thread, identity of the buyer, and a count of
-- messages, then for each: id, author, kind, sent_at (ms), digest, due_at (ms),
-- first step (ms), mark, JSON, preview, reply_to, language, buyer, buyer id, subject,
-- order ids (comma-separated), refuses, id of the alert where it refuses something, the alert as JSON.
--
-- Returns {"lost"} or {"ok", set aside, conversation, new messages, conversation, ...,
-- {known before, id of a stored message, ...}}.

local at = 0
local function take()
    at = at + 1
    return ARGV[at]
end

local POLL, DRAFT, WATCH, OUTBOX, ALERT = 6, 9, 12, 15, 25
local index = {
    waiting = KEYS[18], approved = KEYS[19], uncertain = KEYS[20],
    answered = KEYS[21], no_reply_needed = KEYS[22],
}

local function forget(queue, item)
    redis.call("ZREM", KEYS[queue], item)
    redis.call("HDEL", KEYS[queue + 1], item)
    redis.call("HDEL", KEYS[queue + 2], item)
end

local function plan(queue, item, when)
    redis.call("ZADD", KEYS[queue], when, item)
    redis.call("HDEL", KEYS[queue + 1], item)
    redis.call("HDEL", KEYS[queue + 2], item)
end

local now, account, token, next_poll, keep = take(), take(), take(), take(), take()
local cursor, seen, ignored = take(), take(), take()
local book, caught_up, after = take(), take(), take()
local oldest, newest = take(), take()

if redis.call("HGET", KEYS[POLL + 1], account) ~= token then
    return {"lost"}
end
-- A store that has lost its last writes knows an older cursor: the page between would be missing.
if after ~= "?" and after ~= "=" .. (redis.call("HGET", KEYS[1], "cursor") or "") then
    return {"lost"}
end

local function event(kind, conversation, ...)
    redis.call("XADD", KEYS[5], "*", "type", kind, "account", account,
        "conversation", conversation, "at", now, ...)
end

-- Of each buyer message, by the day it was sent, it is counted whether it was answered in time.
local function count_day(sent_at, verdict, by)
    local day = string.format("%d:%s", math.floor(tonumber(sent_at) / 86400000), verdict)
    redis.call("HINCRBY", KEYS[23], day, by)
end

local function judge(sent_at, due, answered)
    count_day(sent_at, tonumber(answered) <= tonumber(due) and "t" or "l", 1)
end

local function tell(alert, entry)
    redis.call("HSET", KEYS[24], alert, entry)
    plan(ALERT, alert, now)
end

-- What could not become a message waits for a person.
local aside_alert, aside_entry = take(), take()
local put_aside, known = 0, 0
for _ = 1, tonumber(take()) do
    local id, letter, entry = take(), take(), take()
    if redis.call("ZADD", KEYS[3], "NX", now, "!" .. id) == 1 then
        redis.call("HSET", KEYS[4], letter, entry)
        event("set_aside", "", "item", letter)
        put_aside = put_aside + 1
    else
        known = known + 1
    end
end

if put_aside > 0 and aside_alert ~= "" then
    tell(aside_alert, aside_entry)
end

local result = {"ok", put_aside}
local stored, key = 0, 29
local fresh_ones, chats = {}, 0

for _ = 1, tonumber(take()) do
    local id, marketplace, thread, identity = take(), take(), take(), take()
    local conversation, messages, owed, reply = KEYS[key], KEYS[key + 1], KEYS[key + 2], KEYS[key + 3]
    local files, buyers = KEYS[key + 4], KEYS[key + 5]
    key = key + 6
    local old = redis.call("HMGET", conversation, "state", "waiting_since", "answered_until",
        "awaited", "order_ids", "due_at")
    local state, since, answered_until = old[1], old[2], tonumber(old[3] or "-1")
    local order_ids = old[5] or ""
    if not state then
        answered_until = tonumber(redis.call("ZSCORE", KEYS[3], "=" .. id) or "-1")
    end
    local outgoing = redis.call("HMGET", reply, "state", "digest", "text", "id", "proof", "approved_at",
        "refused")
    local wrote, elsewhere, refused, forgotten, new = false, false, false, false, 0

    -- Replies whose copy may still be listed: digest and receipt of each.
    local awaited = {}
    for digest, receipt in string.gmatch(old[4] or "", "(%S+) ([^\n]+)") do
        table.insert(awaited, {digest, receipt})
    end

    local function keep_awaited()
        local lines = {}
        for _, copy in ipairs(awaited) do
            table.insert(lines, copy[1] .. " " .. copy[2])
        end
        redis.call("HSET", conversation, "awaited", table.concat(lines, "\n"))
    end

    -- The reply on its way goes back to a person.
    local function give_back()
        redis.call("HSET", conversation, "held", outgoing[3])
        redis.call("DEL", reply)
        forget(OUTBOX, id)
        outgoing = {}
    end

    -- What is refused by a message had been sent: its copy may be listed after the refusal.
    local function give_back_refused()
        if not outgoing[5] then
            table.insert(awaited, 1, {outgoing[2], outgoing[4]})
            awaited[9] = nil
            keep_awaited()
        end
        give_back()
    end

    -- A refusal that names no reply is about the last one that left before it.
    local function is_about_outgoing(refuses, at)
        if refuses == "" then
            return outgoing[1] == "uncertain" and tonumber(at) >= tonumber(outgoing[6])
        end
        return refuses == outgoing[4]
    end

    -- It may be about one that has left and whose answer is lost or on its way: once.
    local function is_about_sending(refuses, at)
        return refuses == "" and outgoing[1] == "sending" and not outgoing[7]
            and tonumber(at) >= tonumber(outgoing[6])
    end

    -- A reply that did not arrive is none of the replies of its day.
    local function take_back(counts)
        local day, rest = string.match(counts, "^\t(%d+)(.*)$")
        for what in string.gmatch(rest or "", "\t([^\t]+)") do
            what = string.match(what, "^s%S+ %S+") or what
            if redis.call("HEXISTS", KEYS[23], day .. ":" .. what) == 1
                and redis.call("HINCRBY", KEYS[23], day .. ":" .. what, -1) < 1 then
                redis.call("HDEL", KEYS[23], day .. ":" .. what)
            end
        end
    end

    -- Of the lines of "delivered", newest first, the one that a refusal is about; 0 for none. One
    -- that names no reply is about the last that left before it; where by our clock, which may have
    -- been ahead, none had, about the first.
    local function which(refuses, at, lines)
        for place, line in ipairs(lines) do
            local named, receipt, from = string.match(line, "^(.-)\t(.-)\t(.-)\t")
            local last = refuses == "" and tonumber(at) >= tonumber(from)
            if last or refuses == named or refuses == receipt then
                return place
            end
        end
        local forgotten = redis.call("ZSCORE", KEYS[3], "=" .. id .. " sent")
        return refuses == "" and not forgotten and #lines or 0
    end

    -- What a reply had answered that is refused later is owed again, unless somebody else has
    -- answered it since. Each reply is refused once: false the second time, nil for what is not
    -- known. A line of "delivered": id, receipt, the earliest moment of a refusal, and "score
    -- member score member ..." or "refused"; then, unless it is that of an older version, the day
    -- and all that the reply counts as there, "s" and the whole step of the ladder among it: what
    -- never arrived was not offered. A score is led by how it was counted: "t" in time, "l" late.
    local function refuse(refuses, at)
        local found, offered, left, lines = nil, nil, nil, {}
        for line in string.gmatch(redis.call("HGET", conversation, "delivered") or "", "[^\n]+") do
            table.insert(lines, line)
        end
        local refused_one = which(refuses, at, lines)
        for place, line in ipairs(lines) do
            local named, receipt, from, covered, counts =
                string.match(line, "^(.-)\t(.-)\t(.-)\t([^\t]*)(.*)$")
            if place == refused_one then
                found, offered = covered, string.match(counts, "\ts([^\t]+)")
                take_back(counts)
                lines[place] = table.concat({named, receipt, from, "refused"}, "\t")
            else
                left = left or string.match(counts, "\ts([^\t]+)")
            end
        end
        if not found then
            return nil
        elseif found == "refused" then
            return false
        end
        for verdict, score, member in string.gmatch(found, "([tl]?)(%d+) (%S+)") do
            if verdict ~= "" then
                count_day(score, verdict, -1)
            end
            if tonumber(score) >= answered_until then
                redis.call("ZADD", owed, score, member)
            elseif verdict ~= "" then
                judge(score, string.match(member, "|(%d+)|"), answered_until)
            end
        end
        redis.call("HSET", conversation, "delivered", table.concat(lines, "\n"))
        if offered and left then
            redis.call("HSET", conversation, "ladder_step", left)
        elseif offered then
            redis.call("HDEL", conversation, "ladder_step")
        end
        return true
    end

    -- Files belong to words: where neither a reply that came back nor a prepared one lies here,
    -- nobody writes the one that they were for, and they belong beside no later one.
    local function give_up_files()
        if redis.call("HEXISTS", conversation, "held") == 0
            and redis.call("HEXISTS", conversation, "asked") == 0
            and redis.call("HDEL", conversation, "files", "files_until") > 0 then
            redis.call("DEL", files)
            redis.call("HDEL", KEYS[28], id)
        end
    end

    -- Each reply is read back once; the same words once more are somebody's own.
    local function read_back(column, value)
        for place, copy in ipairs(awaited) do
            if copy[column] == value then
                table.remove(awaited, place)
                keep_awaited()
                return true
            end
        end
        return false
    end

    -- What was sent before its thread was purged, and comes to light only now.
    local function is_of_purged(digest, sent_at)
        local purged_at = redis.call("ZSCORE", KEYS[3], "=" .. id .. " " .. digest)
        return purged_at and tonumber(sent_at) <= tonumber(purged_at)
    end

    for _ = 1, tonumber(take()) do
        local message, author, kind, sent_at, digest = take(), take(), take(), take(), take()
        local due_at, first_step, mark, body, preview = take(), take(), take(), take(), take()
        local reply_to, language, buyer, buyer_id, subject = take(), take(), take(), take(), take()
        local orders, refuses, alert, entry = take(), take(), take(), take()

        local fresh = redis.call("ZADD", KEYS[3], "NX", now, message) == 1
        local answer = author == "seller" and kind == "chat"
        local under_way = outgoing[1] and outgoing[1] ~= "queued"
        local ours = fresh and answer
            and (read_back(1, digest) or is_of_purged(digest, sent_at))
        if not fresh then
            known = known + 1
            read_back(2, message)
        elseif not ours and answer and under_way and not outgoing[5] and digest == outgoing[2] then
            -- Our own words: proof that the reply on its way has arrived.
            known = known + 1
            redis.call("HSET", reply, "proof", message)
            outgoing[5] = message
            plan(OUTBOX, id, now)
        elseif ours then
            known = known + 1
        else
            local seq = redis.call("RPUSH", messages, body)
            new = new + 1
            table.insert(fresh_ones, message)
            if kind == "chat" then
                chats = chats + 1
            end
            if author == "buyer" and kind == "chat" then
                redis.call("HSET", conversation, "newest", seq, "preview", preview,
                    "reply_to", reply_to, "buyer", buyer, "buyer_id", buyer_id)
                if language ~= "" then
                    redis.call("HSET", conversation, "language", language)
                end
                if due_at ~= "0" and tonumber(sent_at) >= answered_until then
                    redis.call("ZADD", owed, sent_at,
                        seq .. mark .. "|" .. due_at .. "|" .. first_step)
                elseif due_at ~= "0" then
                    judge(sent_at, due_at, answered_until)
                end
                wrote = true
            elseif answer then
                answered_until = math.max(answered_until, tonumber(sent_at))
                redis.call("HSET", conversation, "answered_until", string.format("%d", answered_until))
                -- Sources tell whole seconds: which of two came first in one, nobody knows. What is
                -- owed too long a person closes; what is not owed nobody looks at.
                local before = "(" .. sent_at
                local answered = redis.call("ZRANGE", owed, "-inf", before, "BYSCORE", "WITHSCORES")
                for place = 1, #answered, 2 do
                    judge(answered[place + 1], string.match(answered[place], "|(%d+)|"), sent_at)
                end
                redis.call("ZREMRANGEBYSCORE", owed, "-inf", before)
                elsewhere = true
            elseif kind == "refusal" and is_about_outgoing(refuses, sent_at) then
                -- Refused before we heard that it was accepted: nobody need look for it any more.
                give_back_refused()
                tell(alert, entry)
                refused = true
            elseif kind == "refusal" and is_about_sending(refuses, sent_at) then
                -- If it was taken (see sent.lua) it answers nothing; if not, it does not leave again.
                redis.call("HSET", reply, "refused", 1)
                outgoing[7] = "1"
                tell(alert, entry)
                refused = true
            elseif kind == "refusal" then
                local owed_again = refuse(refuses, sent_at)
                if owed_again then
                    tell(alert, entry)
                    refused = true
                elseif owed_again == nil and redis.call("ZSCORE", KEYS[3], "=" .. id .. " sent") then
                    -- Of a reply whose thread was purged: nothing is owed again, but a buyer waits.
                    tell(alert, entry)
                    forgotten = true
                end
            end
            if subject ~= "" then
                redis.call("HSETNX", conversation, "subject", subject)
            end
            redis.call("HSETNX", conversation, "buyer", buyer)
            redis.call("HSETNX", conversation, "reply_to", reply_to)
            for order in string.gmatch(orders, "[^,]+") do
                if not string.find("," .. order_ids .. ",", "," .. order .. ",", 1, true) then
                    order_ids = order_ids == "" and order or order_ids .. "," .. order
                end
            end
            event("message", id, "seq", seq, "author", author)
        end
    end

    if new > 0 then
        stored = stored + new
        local before = state
        -- An approved reply that has not left is held for a person; one under way is not touched,
        -- but where it turns out not to have arrived, it is not sent again.
        if outgoing[1] == "queued" and (wrote or elsewhere or refused) then
            give_back()
            event("held", id)
        elseif outgoing[1] and (elsewhere or refused) then
            redis.call("HSET", reply, "overtaken", 1)
        end
        local head = redis.call("ZRANGE", owed, 0, 0, "WITHSCORES")
        if not outgoing[1] then
            if head[1] then
                state = "waiting"
            elseif state ~= "no_reply_needed" then
                state = "answered"
            end
        end
        if elsewhere and state == "answered" and before ~= "answered" then
            event("answered_elsewhere", id)
            give_up_files()
        end
        if refused then
            redis.call("HSET", conversation, "problem", "refused later by the marketplace")
            event("refused", id, "reason", "later")
        elseif forgotten then
            redis.call("HSET", conversation, "problem",
                "a reply of an earlier, forgotten exchange was refused")
            event("refused", id, "reason", "forgotten")
        end
        local score = now
        if head[1] then
            local due, step = string.match(head[1], "|(%d+)|(%d+)$")
            score = due
            if head[2] ~= since then
                redis.call("HSET", conversation, "waiting_since", head[2], "due_at", due, "told", 0,
                    "team_due_at", string.match(head[1], "^%d+:%a(%d+)") or "")
                redis.call("HDEL", conversation, "risk")
                -- What is owed again may have been promised otherwise since: the watcher sees to it.
                plan(WATCH, id, refused and now or step)
            elseif due ~= old[6] then
                -- Another message of the same moment, and otherwise promised: the watcher sees to it.
                redis.call("HSET", conversation, "due_at", due,
                    "team_due_at", string.match(head[1], "^%d+:%a(%d+)") or "")
                plan(WATCH, id, now)
            end
        else
            redis.call("HDEL", conversation, "waiting_since", "due_at", "team_due_at", "told", "risk",
                "greeted")
            forget(WATCH, id)
        end
        if wrote or refused then
            -- What was put off was something else.
            redis.call("HDEL", conversation, "snoozed_until")
        end
        if not head[1] then
            forget(DRAFT, id)
        elseif wrote or refused then
            plan(DRAFT, id, now)
        end
        redis.call("HSETNX", conversation, "account", account)
        redis.call("HSETNX", conversation, "marketplace", marketplace)
        redis.call("HSETNX", conversation, "thread", thread)
        redis.call("HSETNX", conversation, "created_at", now)
        if redis.call("HSETNX", conversation, "identity", identity) == 1
            or redis.call("HGET", conversation, "identity") == identity then
            redis.call("ZADD", buyers, now, id)
        end
        if not before and answered_until >= 0 then
            redis.call("HSET", conversation, "answered_until", string.format("%d", answered_until))
        end
        redis.call("HSET", conversation, "state", state, "order_ids", order_ids, "updated_at", now)
        if before and before ~= state then
            redis.call("ZREM", index[before], id)
        end
        redis.call("ZADD", index[state], score, id)
    end
    table.insert(result, id)
    table.insert(result, new)
end

-- Everything that was seen is in exactly one of the books; what is in none is a gap. Most polls
-- bring nothing: they cost few commands.
local function count(name, by)
    if by ~= 0 then
        redis.call("HINCRBY", KEYS[1], name, by)
    end
end
count("seen", tonumber(seen))
count("ignored", tonumber(ignored))
count("stored", stored)
count("known", known)
count("set_aside", put_aside)
count("unaccounted", math.abs(tonumber(seen) - tonumber(ignored) - stored - known - put_aside))

-- The cursor moves with the messages.
if book == "census" then
    -- What the platform itself writes into a thread, no event need ever have told of.
    count("recovered", chats + put_aside)
    redis.call("HSET", KEYS[1], "census", cursor)
else
    redis.call("SADD", KEYS[2], account)
    redis.call("HSETNX", KEYS[1], "began", now)
    if caught_up == "1" then
        redis.call("HSET", KEYS[1], "cursor", cursor, "polled_at", now, "ok_at", now,
            "caught_up_at", now)
        redis.call("HDEL", KEYS[1], "behind_since", "behind_seen", "behind_from", "behind_at",
            "failing_since", "failures", "problem")
    else
        redis.call("HSET", KEYS[1], "cursor", cursor, "polled_at", now, "ok_at", now)
        redis.call("HDEL", KEYS[1], "failing_since", "failures", "problem")
        redis.call("HSETNX", KEYS[1], "behind_since", now)
        redis.call("HINCRBY", KEYS[1], "behind_seen", seen)
        if oldest ~= "" then
            redis.call("HSETNX", KEYS[1], "behind_from", oldest)
            local reached = tonumber(redis.call("HGET", KEYS[1], "behind_at") or 0)
            if tonumber(newest) > reached then
                redis.call("HSET", KEYS[1], "behind_at", newest)
            end
        end
    end
    if redis.call("HDEL", KEYS[1], "down_since") > 0 then
        event("account_recovered", "")
    end
end
redis.call("ZADD", KEYS[POLL], next_poll, account)
redis.call("HDEL", KEYS[POLL + 2], account)
if keep ~= "1" then
    redis.call("HDEL", KEYS[POLL + 1], account)
end
table.insert(fresh_ones, 1, known)
table.insert(result, fresh_ones)
return result
