-- A whole census has found nothing missing: the gap that was told of is closed.
--
-- KEYS[1]  account  hash
-- KEYS[2]  events   stream
-- ARGV[1]  account
-- ARGV[2]  now (ms)
-- ARGV[3]  how many things had ever been missing when the census ended
--
-- Returns 1, or 0 when no gap was open or a new one is not yet told of.

if (redis.call("HGET", KEYS[1], "gap_told") or "0") ~= ARGV[3] then
    return 0
end
if redis.call("HDEL", KEYS[1], "gap_since") == 0 then
    return 0
end
redis.call("XADD", KEYS[2], "*", "type", "gap_closed", "account", ARGV[1],
    "conversation", "", "at", ARGV[2])
return 1
