--[[
What is known of the objects of an API.
KEYS[1]  prefix
ARGV     ms that an upload may take: younger ones may not be there yet; how many to name
returns  { the place that they lie in or '', how many there are, references of some that have to be there,
         the mark of the place or '' }
]]
local some = redis.call('ZREVRANGEBYSCORE', OBJECTS, '+inf', text(now() + tonumber(ARGV[1]) + 1000), 'LIMIT', 0, ARGV[2])
return { redis.call('HGET', META, 'payloads') or '', redis.call('ZCARD', OBJECTS), some, redis.call('HGET', META, 'mark') or '' }
