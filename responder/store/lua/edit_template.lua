-- Change the words of a template, or go back to those of its file, unless somebody was faster.
--
-- KEYS[1]  texts    hash    template -> the text that is used instead of its file's
-- KEYS[2]  numbers  hash    template -> number of its last change; "*" -> how many there were in all
-- KEYS[3]  changes  stream  one entry for each change of this template
-- ARGV[1]  the template
-- ARGV[2]  number of the last change that whoever changes it has seen; "0" for none
-- ARGV[3]  the text, or "" for that of its file
-- ARGV[4]  by whom
-- ARGV[5]  when (ms)
-- ARGV[6]  number of the change that is gone back to; "" for new words
-- ARGV[7]  how many changes are kept
--
-- Returns {1, number of this change}, or {0, number of the last one}: nothing has changed then.

local last = redis.call("HGET", KEYS[2], ARGV[1]) or "0"
if last ~= ARGV[2] then
    return {0, tonumber(last)}
end
local number = redis.call("HINCRBY", KEYS[2], ARGV[1], 1)
redis.call("HINCRBY", KEYS[2], "*", 1)
if ARGV[3] == "" then
    redis.call("HDEL", KEYS[1], ARGV[1])
else
    redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
end
redis.call("XADD", KEYS[3], "MAXLEN", ARGV[7], "*",
    "number", number, "text", ARGV[3], "by", ARGV[4], "at", ARGV[5], "back_to", ARGV[6])
return {1, number}
