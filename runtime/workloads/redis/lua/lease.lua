--[[
Takes workloads out of the queue, counts their attempt and begins their lease.
KEYS[1]  prefix
ARGV     how many, bytes of payloads past which no further one is taken, what their tokens begin with, ms until they lapse, deaths from which
         one runs alone, then the ids to take, if not the oldest
returns  { 1 where the queue holds more, then for each: { id, token, content type, size, body, key of its chunks, attempt, 1 where it runs alone,
         submitted } }
]]
local count, limitBytes, nonce, leaseMs, aloneFrom = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local ids = {}
if #ARGV == 5 then
  ids = redis.call('ZRANGE', QUEUE, 0, count - 1)
else
  for at = 6, #ARGV do
    if redis.call('ZSCORE', QUEUE, ARGV[at]) then ids[#ids + 1] = ARGV[at] end
  end
end

local expires = text(now() + leaseMs)
local gone, taken, leases, bytes = {}, {}, {}, 0
for at, id in ipairs(ids) do
  local f = fieldsOf(id, 'type', 'size', 'body', 'chunks', 'attempt', 'reasons', 'submitted')
  if not f[1] then
    gone[#gone + 1] = id
  else
    bytes = bytes + tonumber(f[2])
    if #taken > 0 and bytes > limitBytes then break end
    local attempt = tonumber(f[5]) + 1
    local alone = f[6] and #cjson.decode(f[6]) >= aloneFrom
    taken[#taken + 1] = { id, nonce .. '.' .. at, f[1], f[2], f[3], f[4], text(attempt), alone and '1' or '0', f[7] }
    leases[#leases + 1] = expires
    leases[#leases + 1] = id
    gone[#gone + 1] = id
  end
end
if #gone > 0 then redis.call('ZREM', QUEUE, unpack(gone)) end
if #leases > 0 then redis.call('ZADD', LEASES, unpack(leases)) end
for _, lease in ipairs(taken) do
  redis.call('HSET', recordKey(lease[1]), 'status', 'in_progress', 'attempt', lease[7], 'token', lease[2], 'lapsed', '')
end
return { redis.call('ZCARD', QUEUE) > 0 and 1 or 0, taken }
