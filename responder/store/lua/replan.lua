-- Give open conversations the deadlines of another promise.
--
-- What was worked out for a clock that has changed since is void: somebody answered,
-- wrote, or announced; whoever looks next works it out anew.
--
-- KEYS[1]     events  stream
-- KEYS[2..4]  watch   queue  wake, holder, tries
-- KEYS[5..7]  index   zsets  waiting, approved, uncertain
-- KEYS[8..]   conversation hash, owed zset; for each conversation
-- ARGV[1]     now (ms)
-- ARGV[2..]   for each: id, waiting_since it was worked out for (ms), steps told when that was,
--             steps of the new plan that count as told, the risk with them, next look (ms) or "",
--             a count, and so often: a member of owed, the member that takes its place
--
-- Returns 1 for each that has new deadlines, 0 where the clock has changed.

local at = 1
local function take()
    at = at + 1
    return ARGV[at]
end

local replanned = {}
for key = 8, #KEYS, 2 do
    local conversation, owed = KEYS[key], KEYS[key + 1]
    local id, since, told, now_told, risk, wake = take(), take(), take(), take(), take(), take()
    local old = redis.call("HMGET", conversation, "waiting_since", "told", "account")
    local valid = old[1] == since and (old[2] or "0") == told
    for _ = 1, tonumber(take()) do
        local before, after = take(), take()
        local score = valid and redis.call("ZSCORE", owed, before)
        if score then
            redis.call("ZREM", owed, before)
            redis.call("ZADD", owed, score, after)
        end
    end
    local head = redis.call("ZRANGE", owed, 0, 0)
    if valid and head[1] then
        local due = string.match(head[1], "|(%d+)|")
        redis.call("HSET", conversation, "due_at", due, "told", now_told, "updated_at", ARGV[1],
            "team_due_at", string.match(head[1], "^%d+:%a(%d+)") or "")
        if now_told == "0" then
            redis.call("HDEL", conversation, "risk")
        else
            redis.call("HSET", conversation, "risk", risk)
        end
        for index = 5, 7 do
            redis.call("ZADD", KEYS[index], "XX", due, id)
        end
        redis.call("HDEL", KEYS[3], id)
        redis.call("HDEL", KEYS[4], id)
        if wake == "" then
            redis.call("ZREM", KEYS[2], id)
        else
            redis.call("ZADD", KEYS[2], wake, id)
        end
        redis.call("XADD", KEYS[1], "*", "type", "replanned", "account", old[3],
            "conversation", id, "at", ARGV[1], "due_at", due)
    end
    table.insert(replanned, valid and head[1] and 1 or 0)
end
return replanned
