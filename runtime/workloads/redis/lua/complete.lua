--[[
Ends workloads as completed; the result of each takes the place of its payload.
KEYS[1]  prefix
ARGV     ms for which they are kept, then for each: id, token, size in bytes, result (where it is small), place of a large one (or ''),
         how many chunks
returns  for each: 'done' | 'refused' | 'body_missing' (it is no longer there; nothing is changed)
]]
local FIELDS = 6
local retentionMs = ARGV[1]
local outcomes, ended = {}, {}

local function complete(id, token, size, body, chunks, parts)
  local held = heldBy(id, token)
  if not held then return 'refused' end
  if not isPlaced(chunks, parts) then return 'body_missing' end
  finish(id, held.chunks, retentionMs, 'status', 'completed', 'size', size, 'body', body, 'chunks', chunks)
  keep(chunks, retentionMs)
  if held.lapsed then redis.call('ZREM', QUEUE, id) end
  ended[#ended + 1] = id
  return 'done'
end

evenWhenFull()
for first = 2, #ARGV, FIELDS do
  outcomes[#outcomes + 1] = complete(unpack(ARGV, first, first + FIELDS - 1))
end
if #ended > 0 then redis.call('ZREM', LEASES, unpack(ended)) end
return outcomes
