-- Open, probe or close the way to an account, if nobody else has changed it meanwhile.
--
-- KEYS[1]    account  hash
-- KEYS[2]    events   stream
-- KEYS[3]    alerts   hash
-- KEYS[4..6] alert    queue  wake, holder, tries
-- ARGV[1]    account
-- ARGV[2]    now (ms)
-- ARGV[3]    how it stood when the change was worked out, or ""
-- ARGV[4]    how it stands now; "" when all is well
-- ARGV[5]    event: "sends_paused", "sends_resumed", or ""
-- ARGV[6]    why, without secrets
-- ARGV[7]    alert id, or ""
-- ARGV[8]    alert as JSON
--
-- Returns 1, or 0 when it stands otherwise: work the change out anew. An account whose polls
-- are known to be down is not announced a second time.

if (redis.call("HGET", KEYS[1], "sends") or "") ~= ARGV[3] then
    return 0
end
if ARGV[4] == "" then
    redis.call("HDEL", KEYS[1], "sends", "sends_problem")
else
    redis.call("HSET", KEYS[1], "sends", ARGV[4])
end
if ARGV[5] ~= "" then
    redis.call("XADD", KEYS[2], "*", "type", ARGV[5], "account", ARGV[1], "conversation", "",
        "at", ARGV[2], "reason", ARGV[6])
end
if ARGV[5] == "sends_paused" then
    redis.call("HSET", KEYS[1], "sends_problem", ARGV[6])
end
if ARGV[7] ~= "" and redis.call("HEXISTS", KEYS[1], "down_since") == 0 then
    redis.call("HSET", KEYS[3], ARGV[7], ARGV[8])
    redis.call("ZADD", KEYS[4], ARGV[2], ARGV[7])
end
return 1
