-- Add to what a day has cost, if that stays within the day's budget.
--
-- KEYS[1]  spent  hash  tokens, money (millionths)
-- ARGV[1]  tokens to add; negative to give back
-- ARGV[2]  money to add (millionths)
-- ARGV[3]  most tokens of the day, or "" for no limit
-- ARGV[4]  most money of the day (millionths), or ""
-- ARGV[5]  how long the books of a day are kept (ms)
--
-- Returns 1, or 0 where it would be too much: nothing has changed then.

local spent = redis.call("HMGET", KEYS[1], "tokens", "money")
local tokens = tonumber(spent[1] or "0") + tonumber(ARGV[1])
local money = tonumber(spent[2] or "0") + tonumber(ARGV[2])
if ARGV[3] ~= "" and tokens > tonumber(ARGV[3]) or ARGV[4] ~= "" and money > tonumber(ARGV[4]) then
    return 0
end
redis.call("HINCRBY", KEYS[1], "tokens", ARGV[1])
redis.call("HINCRBY", KEYS[1], "money", ARGV[2])
redis.call("PEXPIRE", KEYS[1], ARGV[5])
return 1
