-- Write down that a reply is about to leave, before it leaves.
--
-- KEYS[1]     conversation  hash
-- KEYS[2]     reply         hash
-- KEYS[3]     events        stream
-- KEYS[4..6]  outbox        queue  wake, holder, tries
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     token of the claim
-- ARGV[4]     "1" when the marketplace has been asked and an earlier attempt surely did not arrive
-- ARGV[5]     mark of who attempts it
--
-- Returns {verdict, reply as a flat list}: "go", or "trace" (an earlier attempt may
-- have arrived: ask first), "proof" (our words were read back: it has arrived),
-- "newer" (since the approval the buyer wrote, somebody answered elsewhere, or an earlier reply
-- was refused: do not send), "gone" (nothing to send),
-- "lost" (another worker holds it).

if redis.call("HGET", KEYS[5], ARGV[1]) ~= ARGV[3] then
    return {"lost", {}}
end
local reply = redis.call("HMGET", KEYS[2], "state", "proof", "answers", "overtaken")
if not reply[1] or reply[1] == "uncertain" and not reply[2] then
    redis.call("ZREM", KEYS[4], ARGV[1])
    redis.call("HDEL", KEYS[5], ARGV[1])
    redis.call("HDEL", KEYS[6], ARGV[1])
    return {"gone", {}}
end
local verdict = "go"
local now = redis.call("HMGET", KEYS[1], "newest", "waiting_since", "account")
if reply[2] then
    verdict = "proof"
elseif reply[1] == "sending" and ARGV[4] ~= "1" then
    verdict = "trace"
elseif now[1] ~= reply[3] or not now[2] or reply[4] then
    verdict = "newer"
else
    redis.call("HSET", KEYS[2], "state", "sending", "attempted_at", ARGV[2],
        "attempted_by", ARGV[5])
    redis.call("HSETNX", KEYS[2], "first_attempt_at", ARGV[2])
    redis.call("HINCRBY", KEYS[2], "attempts", 1)
    redis.call("XADD", KEYS[3], "*", "type", "sending", "account", now[3],
        "conversation", ARGV[1], "at", ARGV[2])
end
return {verdict, redis.call("HGETALL", KEYS[2])}
