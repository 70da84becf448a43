--[[
Ends a queued or running workload as cancelled.
KEYS[1]  prefix
ARGV     id, ms for which it is kept
returns  'not_found' | 'done' | how it had ended before
]]
local id, retentionMs = unpack(ARGV)
local f = fieldsOf(id, 'status', 'chunks')
if not f[1] then return 'not_found' end
if f[1] ~= 'in_queue' and f[1] ~= 'in_progress' then return f[1] end
leave(id)
finish(id, f[2], retentionMs, 'status', 'cancelled', 'size', '0', 'body', '', 'chunks', '')
return 'done'
