--[[
Reads workloads whole, for another store. Changes nothing.
KEYS[1]  prefix
ARGV     'live' or 'ended': which of them are wanted, bytes of bodies past which no further one is read, then the ids
returns  for each id that was looked at: { id } where it is not wanted or not there, else { id, status, submitted, ended or '', content type, digest, attempt,
         deaths of supervisors, reasons of deaths (JSON) or '', error (JSON) or '', size, body, place of a large one }
]]
local which, limitBytes = ARGV[1], tonumber(ARGV[2])
local rows, bytes = {}, 0
for at = 3, #ARGV do
  local id = ARGV[at]
  local f = fieldsOf(id, 'status', 'submitted', 'ended', 'type', 'digest', 'attempt', 'deaths', 'reasons', 'error', 'size', 'body', 'chunks')
  local isLive = f[1] == 'in_queue' or f[1] == 'in_progress'
  if not f[1] or isLive ~= (which == 'live') then
    rows[#rows + 1] = { id }
  else
    bytes = bytes + #(f[11] or '')
    if bytes > limitBytes and #rows > 0 then break end
    local row = { id }
    for field = 1, 12 do row[#row + 1] = f[field] or '' end
    rows[#rows + 1] = row
  end
end
return rows
