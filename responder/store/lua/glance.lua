-- Read some fields of several conversations; nothing is changed.
--
-- KEYS  conversation  hashes
-- ARGV  names of fields
--
-- Returns the values as JSON: a list a conversation, false for what it has not.

local rows = {}
for i, key in ipairs(KEYS) do
    rows[i] = redis.call("HMGET", key, unpack(ARGV))
end
return cjson.encode(rows)
