-- Store the drafts of one batch, each as a new version, and take the items off the queue.
--
-- A draft whose lease is lost, or that has not seen the newest message, is
-- dropped: the conversation was planned anew and is drafted again.
--
-- KEYS[1]     events  stream
-- KEYS[2..4]  draft   queue  wake, holder, tries
-- KEYS[5..7]  watch   queue
-- KEYS[8..10] greet   queue
-- KEYS[11..]  conversation  hash; one for each draft
-- ARGV[1]     now (ms)
-- ARGV[2]     token of the claim
-- ARGV[3..]   for each: id, seq of the newest message it has seen, proposal as JSON,
--             language, intent, case, order facts as JSON, when its reply clock is looked
--             at because the intent may have changed the promise (ms), or "", when first
--             words are due unless they were said to who waits (ms), or ""
--
-- Returns the new version of each, "0" where it was dropped.

local versions = {}
local key = 11
for i = 3, #ARGV, 9 do
    local id, answers = ARGV[i], ARGV[i + 1]
    local known = redis.call("HMGET", KEYS[key], "newest", "account", "waiting_since", "greeted")
    local version = 0
    if redis.call("HGET", KEYS[3], id) == ARGV[2] and known[1] == answers then
        version = redis.call("HINCRBY", KEYS[key], "draft_version", 1)
        redis.call("HSET", KEYS[key], "draft", ARGV[i + 2], "draft_answers", answers,
            "draft_at", ARGV[1], "language", ARGV[i + 3], "intent", ARGV[i + 4],
            "case", ARGV[i + 5], "order", ARGV[i + 6], "updated_at", ARGV[1])
        redis.call("ZREM", KEYS[2], id)
        redis.call("HDEL", KEYS[3], id)
        redis.call("HDEL", KEYS[4], id)
        if ARGV[i + 7] ~= "" and redis.call("HEXISTS", KEYS[key], "waiting_since") == 1 then
            redis.call("ZADD", KEYS[5], ARGV[i + 7], id)
            redis.call("HDEL", KEYS[6], id)
            redis.call("HDEL", KEYS[7], id)
        end
        if ARGV[i + 8] ~= "" and known[3] and not known[4] then
            redis.call("ZADD", KEYS[8], "NX", ARGV[i + 8], id)
        end
        redis.call("XADD", KEYS[1], "*", "type", "draft_ready", "account", known[2],
            "conversation", id, "at", ARGV[1], "version", version)
    end
    table.insert(versions, tostring(version))
    key = key + 1
end
return versions
