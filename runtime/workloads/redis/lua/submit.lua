--[[
Stores record, payload and queue entry together, unless the API has a workload of that id.
KEYS[1]  prefix
ARGV     id, 1 when nobody can have used the id before, content type, digest, size in bytes, body (where it is small), key of its chunks (or ''),
         how many, format
returns  'stored' | 'known' | 'conflict' | 'body_missing' (a chunk is no longer there; nothing is changed)
]]
local id, isNew, contentType, digest, size, body, chunks, count, format = unpack(ARGV)
if isNew ~= '1' then
  local known = redis.call('HGET', recordKey(id), 'digest')
  if known then return known == digest and 'known' or 'conflict' end
end
if chunks ~= '' and redis.call('HLEN', chunks) ~= tonumber(count) then return 'body_missing' end
local seq = redis.call('HINCRBY', META, 'seq', 1)
redis.call('HSET', recordKey(id), 'v', format, 'seq', text(seq), 'status', 'in_queue', 'submitted', text(now()), 'type', contentType,
  'digest', digest, 'size', size, 'body', body, 'chunks', chunks, 'attempt', '0', 'deaths', '0')
if chunks ~= '' then redis.call('PERSIST', chunks) end
redis.call('ZADD', QUEUE, text(seq), id)
return 'stored'
