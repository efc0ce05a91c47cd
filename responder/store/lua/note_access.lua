-- Note how the way into an account stands, and tell of what a person should do about it.
--
-- KEYS[1]    account  hash
-- KEYS[2]    events   stream
-- KEYS[3]    alerts   hash
-- KEYS[4..6] alert    queue  wake, holder, tries
-- ARGV[1]    account
-- ARGV[2]    now (ms)
-- ARGV[3]    how it stands, as JSON without secrets; "" to forget it
-- ARGV[4]    what was told of before: the text that ARGV[5] replaces
-- ARGV[5]    what is told of now
-- ARGV[6]    alert id, or "" where nothing is new
-- ARGV[7]    alert as JSON
-- ARGV[8]    why, in words
--
-- Returns 1, or 0 when somebody else has told meanwhile: look again.

if (redis.call("HGET", KEYS[1], "access_told") or "") ~= ARGV[4] then
    return 0
end
for field, text in pairs({access = ARGV[3], access_told = ARGV[5]}) do
    if text == "" then
        redis.call("HDEL", KEYS[1], field)
    else
        redis.call("HSET", KEYS[1], field, text)
    end
end
if ARGV[6] ~= "" then
    redis.call("HSET", KEYS[3], ARGV[6], ARGV[7])
    redis.call("ZADD", KEYS[4], ARGV[2], ARGV[6])
    redis.call("XADD", KEYS[2], "*", "type", "account_warning", "account", ARGV[1],
        "conversation", "", "at", ARGV[2], "reason", ARGV[8])
end
return 1
