-- Let one agent alone work on a conversation until the lease ends; renew it with the same token.
--
-- KEYS[1]  conversation  hash
-- KEYS[2]  events        stream
-- ARGV[1]  id
-- ARGV[2]  now (ms)
-- ARGV[3]  end of the lease (ms)
-- ARGV[4]  agent
-- ARGV[5]  token
-- ARGV[6]  "1" to renew only: the token must still be the valid one; "2" to take it over
--          from whoever has it
--
-- Returns {"ok"}, {"unknown"}, {"held", agent, until (ms)} or {"not_claimed"}.

local old = redis.call("HMGET", KEYS[1], "state", "holder", "holder_token", "holder_until", "account")
if not old[1] then
    return {"unknown"}
end
local live = old[2] and tonumber(old[4]) > tonumber(ARGV[2])
-- It would end a minute later than a new one: it keeps nobody out.
local of_clock_ahead = live and tonumber(old[4]) > tonumber(ARGV[3]) + 60000
if ARGV[6] == "1" then
    if not live or old[3] ~= ARGV[5] then
        return {"not_claimed"}
    end
elseif live and not of_clock_ahead and old[2] ~= ARGV[4] and ARGV[6] ~= "2" then
    return {"held", old[2], old[4]}
end
redis.call("HSET", KEYS[1], "holder", ARGV[4], "holder_token", ARGV[5], "holder_until", ARGV[3])
if ARGV[6] ~= "1" then
    redis.call("XADD", KEYS[2], "*", "type", "claimed", "account", old[5],
        "conversation", ARGV[1], "at", ARGV[2], "by", ARGV[4], "from", live and old[2] or "")
end
return {"ok"}
