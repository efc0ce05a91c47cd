-- Replace a draft by a better version of it, if it still is what anybody would read now.
--
-- It is dropped where the lease is lost, the draft or the newest message is another one, somebody
-- is at work on the conversation, or no answer is owed any more: the draft stands. Either way the
-- item is off the queue.
--
-- KEYS[1]     conversation  hash
-- KEYS[2]     events        stream
-- KEYS[3..5]  improve       queue  wake, holder, tries
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     token of the claim
-- ARGV[4]     version of the draft that it was made from
-- ARGV[5]     seq of the newest message that it has seen
-- ARGV[6]     proposal as JSON
--
-- Returns the new version, "0" where it was dropped.

if redis.call("HGET", KEYS[4], ARGV[1]) ~= ARGV[3] then
    return "0"
end
redis.call("ZREM", KEYS[3], ARGV[1])
redis.call("HDEL", KEYS[4], ARGV[1])
redis.call("HDEL", KEYS[5], ARGV[1])
local old = redis.call("HMGET", KEYS[1], "state", "draft_version", "draft_answers", "newest",
    "draft", "holder_until", "account", "asked_id")
local at_work = old[6] and tonumber(old[6]) > tonumber(ARGV[2])
if old[1] ~= "waiting" or old[2] ~= ARGV[4] or old[3] ~= ARGV[5] or old[4] ~= ARGV[5]
    or not old[5] or at_work or old[8] then
    return "0"
end
local version = tostring(redis.call("HINCRBY", KEYS[1], "draft_version", 1))
redis.call("HSET", KEYS[1], "draft", ARGV[6], "draft_at", ARGV[2], "updated_at", ARGV[2])
redis.call("XADD", KEYS[2], "*", "type", "draft_ready", "account", old[7],
    "conversation", ARGV[1], "at", ARGV[2], "version", version)
return version
