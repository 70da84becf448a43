--[[
Takes workloads out of the queue, counts their attempt and begins their lease.
KEYS[1]  prefix
ARGV     how many, bytes of payloads past which no further one is taken, what their tokens begin with, ms until they lapse, deaths from which
         one runs alone, what references begin with that the caller can read ('' where none), then the ids to take, if not the oldest
returns  { 1 where the queue holds more that the caller may find, how many were passed by because of their payloads, then for each: { id, token,
         content type, size, body, place of a large one, attempt, 1 where it runs alone, submitted } }
]]
local FIRST_ID = 7
-- How far the queue is looked into past workloads whose payloads cannot be read: Redis does nothing else meanwhile.
local LOOK = 1000
local count, limitBytes, nonce, leaseMs, aloneFrom = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local readable = ARGV[6]

local expires = text(now() + leaseMs)
local gone, taken, leases, bytes, passed, isFull = {}, {}, {}, 0, 0, false

local function mayRead(place)
  return not isObject(place) or (readable ~= '' and string.sub(place, 1, #readable) == readable)
end

local function take(id)
  local f = fieldsOf(id, 'type', 'size', 'body', 'chunks', 'attempt', 'reasons', 'submitted')
  if not f[1] then
    gone[#gone + 1] = id
  elseif not mayRead(f[4]) then
    passed = passed + 1
  elseif #taken > 0 and bytes + tonumber(f[2]) > limitBytes then
    isFull = true
  else
    bytes = bytes + tonumber(f[2])
    local attempt = tonumber(f[5]) + 1
    local alone = f[6] and #cjson.decode(f[6]) >= aloneFrom
    taken[#taken + 1] = { id, nonce .. '.' .. (#taken + 1), f[1], f[2], f[3], f[4], text(attempt), alone and '1' or '0', f[7] }
    leases[#leases + 1] = expires
    leases[#leases + 1] = id
    gone[#gone + 1] = id
  end
end

local function takeAll(ids)
  for _, id in ipairs(ids) do
    if isFull or #taken >= count then return end
    take(id)
  end
end

if #ARGV >= FIRST_ID then
  for at = FIRST_ID, #ARGV do
    if redis.call('ZSCORE', QUEUE, ARGV[at]) then takeAll({ ARGV[at] }) end
  end
else
  takeAll(redis.call('ZRANGE', QUEUE, 0, count - 1))
  if passed > 0 then takeAll(redis.call('ZRANGE', QUEUE, count, LOOK - 1)) end
end
if #gone > 0 then redis.call('ZREM', QUEUE, unpack(gone)) end
if #leases > 0 then redis.call('ZADD', LEASES, unpack(leases)) end
for _, lease in ipairs(taken) do
  redis.call('HSET', recordKey(lease[1]), 'status', 'in_progress', 'attempt', lease[7], 'token', lease[2], 'lapsed', '')
end
-- Where all that was looked at was passed by, looking again at once would find the same.
local more = (#taken > 0 or passed == 0) and redis.call('ZCARD', QUEUE) > 0
return { more and 1 or 0, passed, taken }
