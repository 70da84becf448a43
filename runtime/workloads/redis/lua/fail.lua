--[[
Ends a workload as failed.
KEYS[1]  prefix
ARGV     id, token, error (JSON), ms for which it is kept
returns  'done' | 'refused'
]]
local id, token, reason, retentionMs = unpack(ARGV)
local held = heldBy(id, token)
if not held then return 'refused' end
leave(id)
finish(id, held.chunks, retentionMs, 'status', 'failed', 'error', reason, 'size', '0', 'body', '', 'chunks', '')
return 'done'
