-- Give a dead letter another chance: back into its queue, with its tries counted afresh.
--
-- KEYS[1]    dead    hash    id -> JSON
-- KEYS[2]    events  stream
-- KEYS[3..5] the queue it goes back to  wake, holder, tries
-- KEYS[6]    what it is about: hash of a conversation or of words about an order; the alerts
-- KEYS[7]    rereads list    for a message: what the next poll reads again
-- KEYS[8]    seen    zset    for a message: what was taken in or set aside
-- ARGV[1]    id of the dead letter
-- ARGV[2]    now (ms)
-- ARGV[3]    item to plan
-- ARGV[4]    kind: poll, draft, watch, outbox, alert, outreach, occasion or message
-- ARGV[5]    account, or ""
-- ARGV[6]    who wants it
-- ARGV[7]    for a message: what to read again as JSON; else ""
-- ARGV[8]    for a message: its id
--
-- Returns "replayed"; "over" when there is nothing left to do for it (then it is only
-- forgotten); "gone" when there is no such letter.

if redis.call("HDEL", KEYS[1], ARGV[1]) == 0 then
    return "gone"
end
local kind, over = ARGV[4], false
if kind == "draft" or kind == "watch" then
    over = not redis.call("HGET", KEYS[6], "waiting_since")
elseif kind == "outbox" then
    over = not redis.call("HGET", KEYS[6], "account")
elseif kind == "outreach" then
    local state = redis.call("HGET", KEYS[6], "state")
    over = state ~= "approved" and state ~= "sending"
elseif kind == "alert" then
    over = redis.call("HEXISTS", KEYS[6], ARGV[3]) == 0
elseif kind == "message" then
    redis.call("RPUSH", KEYS[7], ARGV[7])
    redis.call("ZREM", KEYS[8], "!" .. ARGV[8])
end
-- A reply that is in its queue was approved since: its undo window stays whole.
local newer = kind == "outbox" and redis.call("ZSCORE", KEYS[3], ARGV[3])
if not over and not newer and not redis.call("HGET", KEYS[4], ARGV[3]) then
    redis.call("ZADD", KEYS[3], ARGV[2], ARGV[3])
    redis.call("HDEL", KEYS[5], ARGV[3])
end
redis.call("XADD", KEYS[2], "*", "type", "dead_letter_replayed", "account", ARGV[5],
    "conversation", "", "at", ARGV[2], "item", ARGV[1], "by", ARGV[6])
return over and "over" or "replayed"
