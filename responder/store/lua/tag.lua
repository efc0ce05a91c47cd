-- Add and remove tags of a conversation, and set its flag, in one step.
--
-- KEYS[1]   conversation  hash
-- KEYS[2]   events        stream
-- KEYS[3..5] watch        queue  wake, holder, tries
-- ARGV[1]   id
-- ARGV[2]   now (ms)
-- ARGV[3]   who
-- ARGV[4]   "1" to set the flag
-- ARGV[5]   the flag, "" for none
-- ARGV[6]   at most so many tags of a conversation
-- ARGV[7]   how many tags to add
-- ARGV[8..] tags to add, then tags to remove; a tag has no comma
--
-- Returns {"ok", tag, tag, ...} as they are now, in the order in which they were added, or a
-- refusal: {"unknown"}, {"too_many_tags", tags}.

local old = redis.call("HMGET", KEYS[1], "account", "tags", "waiting_since")
if not old[1] then
    return {"unknown"}
end
local last = 7 + tonumber(ARGV[7])
local left_out = {}
for i = last + 1, #ARGV do
    left_out[ARGV[i]] = true
end
local tags = {}
local function keep(tag)
    if not left_out[tag] then
        left_out[tag] = true
        table.insert(tags, tag)
    end
end
for tag in string.gmatch(old[2] or "", "[^,]+") do
    keep(tag)
end
for i = 8, last do
    keep(ARGV[i])
end
if ARGV[7] ~= "0" and #tags > tonumber(ARGV[6]) then
    return {"too_many_tags", ARGV[6]}
end
if tags[1] then
    redis.call("HSET", KEYS[1], "tags", table.concat(tags, ","))
else
    redis.call("HDEL", KEYS[1], "tags")
end
if old[3] and table.concat(tags, ",") ~= (old[2] or "") then
    -- Another tag may mean another promise: the clock is looked at.
    redis.call("ZADD", KEYS[3], ARGV[2], ARGV[1])
    redis.call("HDEL", KEYS[4], ARGV[1])
    redis.call("HDEL", KEYS[5], ARGV[1])
end
if ARGV[4] == "1" and ARGV[5] ~= "" then
    redis.call("HSET", KEYS[1], "flag", ARGV[5])
elseif ARGV[4] == "1" then
    redis.call("HDEL", KEYS[1], "flag")
end
redis.call("HSET", KEYS[1], "updated_at", ARGV[2])
redis.call("XADD", KEYS[2], "*", "type", "tagged", "account", old[1], "conversation", ARGV[1],
    "at", ARGV[2], "by", ARGV[3], "tags", table.concat(tags, ","))
return {"ok", unpack(tags)}
