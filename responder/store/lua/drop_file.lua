-- Forget a file that is not to go with the reply after all.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  files         hash  id -> the bytes in Base64
-- KEYS[3]  stock         hash  conversation -> "until (ms) bytes"
-- KEYS[4]  events        stream
-- ARGV[1]  id of the conversation
-- ARGV[2]  now (ms)
-- ARGV[3]  token of the claim
-- ARGV[4]  id of the file
-- ARGV[5]  how many bytes it takes there
--
-- Returns {"ok"}, also where it is gone already, or a refusal: {"unknown"},
-- {"not_claimed", holder or ""}, {"wrong_state", state}.

local old = redis.call("HMGET", KEYS[1], "state", "holder", "holder_token", "holder_until",
    "files", "files_until", "account")
if not old[1] then
    return {"unknown"}
end
local live = old[2] and tonumber(old[4]) > tonumber(ARGV[2])
if not live or old[3] ~= ARGV[3] then
    return {"not_claimed", live and old[2] or ""}
end
if old[1] ~= "waiting" then
    return {"wrong_state", old[1]}
end
local kept, gone = {}, nil
for line in string.gmatch(old[5] or "", "[^\n]+") do
    if string.match(line, "^%S+") == ARGV[4] then
        gone = line
    else
        table.insert(kept, line)
    end
end
if not gone then
    return {"ok"}
end
redis.call("HDEL", KEYS[2], ARGV[4])
redis.call("XADD", KEYS[4], "*", "type", "file_removed", "account", old[7],
    "conversation", ARGV[1], "at", ARGV[2], "by", old[2], "files", gone)
if #kept == 0 then
    redis.call("HDEL", KEYS[1], "files", "files_until")
    redis.call("HDEL", KEYS[3], ARGV[1])
    return {"ok"}
end
redis.call("HSET", KEYS[1], "files", table.concat(kept, "\n"))
local own = redis.call("HGET", KEYS[3], ARGV[1])
local ends, bytes = string.match(own or "", "^(%d+) (%d+)$")
if ends then
    bytes = math.max(0, tonumber(bytes) - tonumber(ARGV[5]))
    redis.call("HSET", KEYS[3], ARGV[1], ends .. " " .. string.format("%d", bytes))
end
return {"ok"}
