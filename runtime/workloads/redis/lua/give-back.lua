--[[
Puts a leased workload back into its place.
KEYS[1]  prefix
ARGV     id, token, how its process died ('' where it never began), deaths at which it must fail instead
returns  { 'in_queue' } | { 'refused' } | { 'limit', reasons (JSON) }, where nothing is changed: it is for the holder to end it
]]
local id, token, reason, limit = unpack(ARGV)
local held = heldBy(id, token)
if not held then return { 'refused' } end
if held.lapsed then
  -- It is back in the queue already, and counted.
  evenWhenFull()
  redis.call('HSET', recordKey(id), 'token', '', 'lapsed', '')
  return { 'in_queue' }
end
local attempt, reasons = held.attempt, held.reasons
if reason == '' then
  attempt = attempt - 1
else
  local list = reasons and cjson.decode(reasons) or {}
  list[#list + 1] = reason
  reasons = cjson.encode(list)
  if #list >= tonumber(limit) then return { 'limit', reasons } end
end
redis.call('ZREM', LEASES, id)
redis.call('ZADD', QUEUE, held.seq, id)
redis.call('HSET', recordKey(id), 'status', 'in_queue', 'token', '', 'attempt', text(attempt))
if reasons then redis.call('HSET', recordKey(id), 'reasons', reasons) end
return { 'in_queue' }
