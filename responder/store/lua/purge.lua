-- Remove a conversation that has been closed for long enough.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  messages      list
-- KEYS[3]  owed          zset
-- KEYS[4]  reply         hash
-- KEYS[5]  index of answered         zset
-- KEYS[6]  index of no_reply_needed  zset
-- KEYS[7]  events        stream
-- KEYS[8]  the buyer's conversations  zset
-- KEYS[9]  files         hash  bytes of files that were never sent
-- KEYS[10] stock         hash  conversation -> "until (ms) bytes" of files
-- KEYS[11] seen          zset
-- ARGV[1]  id
-- ARGV[2]  now (ms)
-- ARGV[3]  closed at or before this moment (ms)
--
-- Returns 1, or 0 when it is open again or was touched since.

local old = redis.call("HMGET", KEYS[1], "state", "updated_at", "account", "awaited",
    "answered_until", "delivered")
if old[1] ~= "answered" and old[1] ~= "no_reply_needed" or tonumber(old[2]) > tonumber(ARGV[3]) then
    return 0
end
-- First of all: a server without memory left takes what makes room, and then the rest with it.
redis.call("DEL", KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[9])
-- What comes to light later still is judged by this: a copy of our own reply shall not bring the
-- thread back, nor what the buyer had written before somebody answered it elsewhere; and of a
-- refusal a person shall hear.
if old[5] then
    redis.call("ZADD", KEYS[11], old[5], "=" .. ARGV[1])
end
local refusable = false
for line in string.gmatch(old[6] or "", "[^\n]+") do
    refusable = refusable or string.match(line, "^.-\t.-\t.-\t([^\t]*)") ~= "refused"
end
if refusable then
    redis.call("ZADD", KEYS[11], ARGV[2], "=" .. ARGV[1] .. " sent")
end
for digest in string.gmatch(old[4] or "", "(%S+) [^\n]+") do
    redis.call("ZADD", KEYS[11], ARGV[2], "=" .. ARGV[1] .. " " .. digest)
end
redis.call("HDEL", KEYS[10], ARGV[1])
redis.call("ZREM", KEYS[5], ARGV[1])
redis.call("ZREM", KEYS[6], ARGV[1])
redis.call("ZREM", KEYS[8], ARGV[1])
redis.call("XADD", KEYS[7], "*", "type", "purged", "account", old[3], "conversation", ARGV[1],
    "at", ARGV[2])
return 1
