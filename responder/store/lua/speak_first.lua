-- Write down that first words are about to leave, before they leave. They answer nothing: the
-- clock and the state stay as they are.
--
-- Whatever becomes of them, they are said no more than once until the buyer is owed nothing more
-- ("greeted"); what is written down is taken off the queue at once. Their copy, read back from the marketplace, is known again
-- as our own (see "awaited" in ingest.lua).
--
-- KEYS[1]     conversation  hash
-- KEYS[2]     messages      list
-- KEYS[3]     events        stream
-- KEYS[4..6]  greet         queue  wake, holder, tries
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     token of the claim
-- ARGV[4]     since when the buyer waits that they are for (ms)
-- ARGV[5]     digest of the words
-- ARGV[6]     their id
-- ARGV[7]     the words as a message, JSON
--
-- Returns the seq of the message, or 0: another worker has it, they were said before, or nobody
-- waits for them any more.

if redis.call("HGET", KEYS[5], ARGV[1]) ~= ARGV[3] then
    return 0
end
redis.call("ZREM", KEYS[4], ARGV[1])
redis.call("HDEL", KEYS[5], ARGV[1])
redis.call("HDEL", KEYS[6], ARGV[1])
local old = redis.call("HMGET", KEYS[1], "state", "waiting_since", "greeted", "awaited", "account")
if old[1] ~= "waiting" or old[2] ~= ARGV[4] or old[3] then
    return 0
end
local awaited = {ARGV[5] .. " " .. ARGV[6]}
for copy in string.gmatch(old[4] or "", "[^\n]+") do
    if #awaited < 8 then
        table.insert(awaited, copy)
    end
end
local seq = redis.call("RPUSH", KEYS[2], ARGV[7])
redis.call("HSET", KEYS[1], "greeted", ARGV[2], "awaited", table.concat(awaited, "\n"),
    "updated_at", ARGV[2])
redis.call("XADD", KEYS[3], "*", "type", "first_words", "account", old[5], "conversation", ARGV[1],
    "at", ARGV[2], "seq", seq)
return seq
