--[[
What has become of a workload.
KEYS[1]  prefix
ARGV     id
returns  nil | { status, submitted, ended or '', error (JSON) or '', size, body, place of a large one }; the last three only where it is completed
]]
local f = fieldsOf(ARGV[1], 'status', 'submitted', 'ended', 'error')
if not f[1] then return nil end
local reply = { f[1], f[2], f[3] or '', f[4] or '' }
if f[1] == 'completed' then
  for _, value in ipairs(fieldsOf(ARGV[1], 'size', 'body', 'chunks')) do reply[#reply + 1] = value end
end
return reply
