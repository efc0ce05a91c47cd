-- Write down what became of first words.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  messages      list
-- KEYS[3]  seen          zset
-- KEYS[4]  events        stream
-- ARGV[1]  id
-- ARGV[2]  now (ms)
-- ARGV[3]  seq of the message
-- ARGV[4]  the words as a message, with what became of them, JSON
-- ARGV[5]  their id
-- ARGV[6]  the marketplace's id of them; "" where they surely did not leave, or nobody knows
-- ARGV[7]  "1" where they surely did not leave: the same words are somebody's own then
--
-- Returns 1, or 0 when the conversation is another by now.

local written = redis.call("LINDEX", KEYS[2], tonumber(ARGV[3]) - 1)
if not written or not string.find(written, ARGV[5], 1, true) then
    return 0
end
redis.call("LSET", KEYS[2], tonumber(ARGV[3]) - 1, ARGV[4])
local old = redis.call("HMGET", KEYS[1], "awaited", "account")
local awaited = {}
for digest, receipt in string.gmatch(old[1] or "", "(%S+) ([^\n]+)") do
    if receipt ~= ARGV[5] then
        table.insert(awaited, digest .. " " .. receipt)
    elseif ARGV[7] ~= "1" then
        table.insert(awaited, digest .. " " .. (ARGV[6] ~= "" and ARGV[6] or receipt))
    end
end
redis.call("HSET", KEYS[1], "awaited", table.concat(awaited, "\n"), "updated_at", ARGV[2])
if ARGV[6] ~= "" then
    redis.call("ZADD", KEYS[3], ARGV[2], ARGV[6])
end
redis.call("XADD", KEYS[4], "*", "type", "first_words", "account", old[2], "conversation", ARGV[1],
    "at", ARGV[2], "seq", ARGV[3])
return 1
