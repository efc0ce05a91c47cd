-- Begin to renew an account's session, unless somebody else is at it.
--
-- KEYS[1]  vault  hash
-- ARGV[1]  token of this renewal
-- ARGV[2]  now (ms)
-- ARGV[3]  end of its lease (ms)
--
-- Returns 1, or 0 while another holds it. A lease that ends later than a new one would was begun
-- by a clock that was ahead, and counts for nothing.

local ends = tonumber(redis.call("HGET", KEYS[1], "until") or "0")
if ends > tonumber(ARGV[2]) and ends <= tonumber(ARGV[3]) then
    return 0
end
redis.call("HSET", KEYS[1], "holder", ARGV[1], "until", ARGV[3])
return 1
