-- Keep a file for the reply that is being written; it waits until it is sent or its time is over.
-- Or only ask whether it could be kept.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  files         hash  id -> the bytes in Base64
-- KEYS[3]  stock         hash  conversation -> "until (ms) bytes" of all that wait in the partition
-- KEYS[4]  events        stream
-- ARGV[1]  id of the conversation
-- ARGV[2]  now (ms)
-- ARGV[3]  token of the claim
-- ARGV[4]  id of the file
-- ARGV[5]  what is told of it, JSON
-- ARGV[6]  the bytes in Base64
-- ARGV[7]  how many bytes these are, or will be
-- ARGV[8]  kept until (ms)
-- ARGV[9]  at most so many files of a conversation
-- ARGV[10] at most so many of these bytes of a conversation
-- ARGV[11] at most so many of these bytes in the partition
-- ARGV[12] "keep", or "ask": then nothing is kept, and ARGV[4] to ARGV[6] are ""
--
-- Returns {"ok"} or a refusal: {"unknown"}, {"not_claimed", holder or ""}, {"wrong_state", state},
-- {"too_many_files", files}, {"files_too_large"}, {"no_room"}.

local old = redis.call("HMGET", KEYS[1], "state", "holder", "holder_token", "holder_until",
    "files", "files_until", "account")
if not old[1] then
    return {"unknown"}
end
local now, size = tonumber(ARGV[2]), tonumber(ARGV[7])
local live = old[2] and tonumber(old[4]) > now
if not live or old[3] ~= ARGV[3] then
    return {"not_claimed", live and old[2] or ""}
end
if old[1] ~= "waiting" then
    return {"wrong_state", old[1]}
end
local all, own = 0, 0
local stock = redis.call("HGETALL", KEYS[3])
for i = 1, #stock, 2 do
    local ends, bytes = string.match(stock[i + 1], "^(%d+) (%d+)$")
    if tonumber(ends) <= now then
        redis.call("HDEL", KEYS[3], stock[i])
    else
        all = all + tonumber(bytes)
        if stock[i] == ARGV[1] then
            own = tonumber(bytes)
        end
    end
end
local lines, count = "", 0
if old[5] and tonumber(old[6]) > now then
    lines = old[5] .. "\n"
    local _, breaks = string.gsub(lines, "\n", "")
    count = breaks
else
    redis.call("DEL", KEYS[2])
end
if count + 1 > tonumber(ARGV[9]) then
    return {"too_many_files", ARGV[9]}
end
if own + size > tonumber(ARGV[10]) then
    return {"files_too_large"}
end
if all + size > tonumber(ARGV[11]) then
    return {"no_room"}
end
if ARGV[12] == "ask" then
    return {"ok"}
end
-- What was kept for longer, for a reply that came back, is not kept for less.
local ends = ARGV[8]
if lines ~= "" and tonumber(old[6]) > tonumber(ends) then
    ends = old[6]
end
redis.call("HSET", KEYS[2], ARGV[4], ARGV[6])
redis.call("PEXPIRE", KEYS[2], string.format("%d", tonumber(ends) - now))
redis.call("HSET", KEYS[3], ARGV[1], ends .. " " .. string.format("%d", own + size))
redis.call("HSET", KEYS[1], "files", lines .. ARGV[4] .. " " .. ARGV[5], "files_until", ends)
redis.call("XADD", KEYS[4], "*", "type", "file_attached", "account", old[7],
    "conversation", ARGV[1], "at", ARGV[2], "by", old[2], "files", ARGV[4] .. " " .. ARGV[5])
return {"ok"}
