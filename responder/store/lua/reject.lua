-- Throw the draft of a waiting conversation away, and ask for another one if wanted.
--
-- KEYS[1]     conversation  hash
-- KEYS[2]     events        stream
-- KEYS[3..5]  draft         queue  wake, holder, tries
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     who
-- ARGV[4]     version of the draft ("" for whichever there is)
-- ARGV[5]     "1" to draft anew
-- ARGV[6]     why
--
-- Returns {"ok"} or a refusal: {"unknown"}, {"not_claimed", holder}, {"wrong_state", state}, {"stale_draft", version}.

local old = redis.call("HMGET", KEYS[1], "state", "draft_version", "account", "holder", "holder_until")
if not old[1] then
    return {"unknown"}
end
if old[4] and old[4] ~= ARGV[3] and tonumber(old[5]) > tonumber(ARGV[2]) then
    return {"not_claimed", old[4]}
end
if old[1] ~= "waiting" then
    return {"wrong_state", old[1]}
end
if ARGV[4] ~= "" and ARGV[4] ~= (old[2] or "0") then
    return {"stale_draft", old[2] or "0"}
end
-- The version goes up, so that nobody can approve what was rejected.
redis.call("HINCRBY", KEYS[1], "draft_version", 1)
redis.call("HDEL", KEYS[1], "draft", "draft_at")
redis.call("HSET", KEYS[1], "updated_at", ARGV[2])
if ARGV[5] == "1" then
    redis.call("ZADD", KEYS[3], ARGV[2], ARGV[1])
    redis.call("HDEL", KEYS[4], ARGV[1])
    redis.call("HDEL", KEYS[5], ARGV[1])
end
redis.call("XADD", KEYS[2], "*", "type", "draft_rejected", "account", old[3],
    "conversation", ARGV[1], "at", ARGV[2], "by", ARGV[3], "reason", ARGV[6])
return {"ok"}
