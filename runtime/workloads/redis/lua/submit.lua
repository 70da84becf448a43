--[[
Stores record, payload and queue entry of workloads together, but for those whose id the API has already.
KEYS[1]  prefix
ARGV     format, then for each: id, 1 when nobody can have used the id before, content type, digest, size in bytes, body (where it is small), place
         of a large one (or ''), how many chunks
returns  for each: 'stored' | 'known' | 'conflict' | 'body_missing' (it is no longer there; nothing is changed)
]]
local FIELDS = 8
local format = ARGV[1]
local count = (#ARGV - 1) / FIELDS
local last = redis.call('HINCRBY', META, 'seq', count)
local time = text(now())
local outcomes, entries = {}, {}

local function store(seq, id, isNew, contentType, digest, size, body, chunks, parts)
  local key = recordKey(id)
  if isNew ~= '1' then
    local known = redis.call('HGET', key, 'digest')
    if known then return known == digest and 'known' or 'conflict' end
  end
  if not isPlaced(chunks, parts) then return 'body_missing' end
  keep(chunks)
  redis.call('HSET', key, 'v', format, 'seq', seq, 'status', 'in_queue', 'submitted', time, 'type', contentType, 'digest', digest, 'size', size,
    'body', body, 'chunks', chunks, 'attempt', '0', 'deaths', '0')
  entries[#entries + 1] = seq
  entries[#entries + 1] = id
  return 'stored'
end

for at = 1, count do
  local first = 2 + (at - 1) * FIELDS
  outcomes[at] = store(text(last - count + at), unpack(ARGV, first, first + FIELDS - 1))
end
if #entries > 0 then redis.call('ZADD', QUEUE, unpack(entries)) end
return outcomes
