--[[
Puts workloads whose lease has lapsed back into the queue, as deaths of the supervisor. Everybody asks for it all the time; it acts once in a period.
Where nobody has asked for as long as leases are renewed anew, Redis was away or all of Pons was: nobody could renew either, so every lease gets
its time anew. The same where Redis's clock went back.
KEYS[1]  prefix
ARGV     ms of a lease, ms of a period, name of this life of the data where it has none, format, deaths at which a workload must fail instead,
         how many to look at, oldest and newest format that the caller reads
returns  where the data has a format that he does not read, and nothing is changed: { epoch, format, 0, 0, 0, {} }; else { epoch, format, waiting, running, how many went back, { id, token, deaths, ... of those that must fail } }
]]
local leaseMs, periodMs, epoch, format, limit, batch = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6]
local m = redis.call('HMGET', META, 'swept', 'epoch', 'format')
if m[2] then
  local found = tonumber(m[3])
  if not found or found < tonumber(ARGV[7]) or found > tonumber(ARGV[8]) then return { m[2], m[3] or '', 0, 0, 0, {} } end
  epoch = m[2]
  if found > tonumber(format) then format = m[3] end
end
local time = now()
evenWhenFull()
if not m[2] or format ~= m[3] then redis.call('HSET', META, 'epoch', epoch, 'format', format) end

local back, dead = 0, {}
local elapsed = m[1] and time - tonumber(m[1]) or 0
if elapsed > math.max(leaseMs / 3, 3 * periodMs) or elapsed < -periodMs then
  local low, high = '-inf', text(time + leaseMs)
  if elapsed < 0 then low, high = high, '+inf' end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', LEASES, low, high)) do
    redis.call('ZADD', LEASES, text(time + leaseMs), id)
  end
  redis.call('HSET', META, 'swept', text(time))
elseif elapsed >= periodMs or not m[1] then
  redis.call('HSET', META, 'swept', text(time))
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', LEASES, '-inf', text(time), 'LIMIT', 0, batch)) do
    local f = fieldsOf(id, 'seq', 'attempt', 'deaths', 'token')
    local deaths = (tonumber(f[3]) or 0) + 1
    if not f[1] then
      redis.call('ZREM', LEASES, id)
    elseif deaths >= limit then
      for _, value in ipairs({ id, f[4], text(deaths) }) do dead[#dead + 1] = value end
    else
      redis.call('ZREM', LEASES, id)
      redis.call('ZADD', QUEUE, f[1], id)
      redis.call('HSET', recordKey(id), 'status', 'in_queue', 'lapsed', '1', 'attempt', text(tonumber(f[2]) - 1), 'deaths', text(deaths))
      back = back + 1
    end
  end
end
return { epoch, format, redis.call('ZCARD', QUEUE), redis.call('ZCARD', LEASES), back, dead }
