--[[
Ends a workload as completed; its result takes the place of its payload.
KEYS[1]  prefix
ARGV     id, token, size in bytes, result (where it is small), key of its chunks (or ''), how many, ms for which it is kept
returns  'done' | 'refused' | 'body_missing' (a chunk is no longer there; nothing is changed)
]]
local id, token, size, body, chunks, count, retentionMs = unpack(ARGV)
local held = heldBy(id, token)
if not held then return 'refused' end
if chunks ~= '' and redis.call('HLEN', chunks) ~= tonumber(count) then return 'body_missing' end
leave(id)
finish(id, held.chunks, retentionMs, 'status', 'completed', 'size', size, 'body', body, 'chunks', chunks)
if chunks ~= '' then redis.call('PEXPIRE', chunks, retentionMs) end
return 'done'
