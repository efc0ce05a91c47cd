-- Move words about an order from one standing to another, if they stand where it is thought.
--
-- Of one order, one leaves at a time: some ways (a note on the order) read what stands there and
-- write it back, and of two at once one would be lost. For two minutes at most: then what left has
-- arrived, whatever became of who let it leave.
--
-- KEYS[1]     outreach  hash
-- KEYS[2]     from      zset  index of the standing that is left
-- KEYS[3]     to        zset  index of the standing that is reached
-- KEYS[4]     events    stream
-- KEYS[5..7]  outreach  queue  wake, holder, tries
-- KEYS[8]     own words    string  written where the words leave for a thread of the inbox
-- KEYS[9]     own message  string  written where they are known to be a message there
-- KEYS[10]    leaving   hash    "account/order" -> "until (ms) id" of what leaves now
-- ARGV[1]     id
-- ARGV[2]     now (ms)
-- ARGV[3]     standing that is thought
-- ARGV[4]     version that is thought; "" for any
-- ARGV[5]     standing that is reached
-- ARGV[6]     token of the claim; "" where nobody holds it
-- ARGV[7]     when it is to be handed out (ms); "" to take it off the queue, "held" to keep it
-- ARGV[8]     for how long it is kept from now on (ms); "" for as long as it is open
-- ARGV[9]     "" where nothing is written of them; "?" where they leave now; else the message's id
-- ARGV[10]    how long that is kept (ms)
-- ARGV[11..]  field, value, field, value, ...
--
-- Returns "ok"; "lost" where another worker holds it; "stale" where the version is another; "busy"
-- where other words about that order leave now; else the standing it has, "" for none: nothing
-- has changed then.

if ARGV[6] ~= "" and redis.call("HGET", KEYS[6], ARGV[1]) ~= ARGV[6] then
    return "lost"
end
local old = redis.call("HMGET", KEYS[1], "state", "version", "account", "order_id")
if old[1] ~= ARGV[3] then
    return old[1] or ""
end
if ARGV[4] ~= "" and old[2] ~= ARGV[4] then
    return "stale"
end
local order, longest = old[3] .. "/" .. old[4], 120000
local till, other = string.match(redis.call("HGET", KEYS[10], order) or "", "^(%d+) (.+)$")
if ARGV[5] == "sending" then
    if other and other ~= ARGV[1] and tonumber(till) > tonumber(ARGV[2]) then
        return "busy"
    end
    redis.call("HSET", KEYS[10], order, string.format("%.0f %s", ARGV[2] + longest, ARGV[1]))
    redis.call("PEXPIRE", KEYS[10], longest)
elseif other == ARGV[1] then
    redis.call("HDEL", KEYS[10], order)
end
redis.call("HSET", KEYS[1], "state", ARGV[5], "changed_at", ARGV[2], unpack(ARGV, 11))
redis.call("ZREM", KEYS[2], ARGV[1])
redis.call("ZADD", KEYS[3], ARGV[2], ARGV[1])
if ARGV[7] == "" then
    redis.call("ZREM", KEYS[5], ARGV[1])
elseif ARGV[7] ~= "held" then
    redis.call("ZADD", KEYS[5], ARGV[7], ARGV[1])
end
if ARGV[7] ~= "held" then
    redis.call("HDEL", KEYS[6], ARGV[1])
    redis.call("HDEL", KEYS[7], ARGV[1])
end
if ARGV[8] ~= "" then
    redis.call("PEXPIRE", KEYS[1], ARGV[8])
    redis.call("ZREMRANGEBYSCORE", KEYS[3], "-inf", string.format("%.0f", ARGV[2] - ARGV[8]))
end
if ARGV[9] == "?" then
    -- Tried again, they may still turn up from the first time.
    local left = redis.call("GET", KEYS[8]) or ""
    if string.match(left, "^(.-) ") ~= ARGV[1] then
        left = ARGV[1] .. " " .. ARGV[2]
    end
    redis.call("SET", KEYS[8], left, "PX", ARGV[10])
elseif ARGV[9] ~= "" then
    redis.call("SET", KEYS[9], ARGV[2], "PX", ARGV[10])
end
redis.call("XADD", KEYS[4], "*", "type", "outreach", "account", old[3], "conversation", "",
    "at", ARGV[2], "id", ARGV[1], "state", ARGV[5])
return "ok"
