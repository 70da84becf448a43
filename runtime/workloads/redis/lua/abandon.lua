--[[
Gives back, with their attempts, what was leased by a call whose answer was lost, so that nobody knows that he holds it.
KEYS[1]  prefix
ARGV     what the tokens of that call begin with
returns  how many went back
]]
local nonce = ARGV[1] .. '.'
local back = 0
for _, id in ipairs(redis.call('ZRANGE', LEASES, 0, -1)) do
  local f = fieldsOf(id, 'token', 'seq', 'attempt')
  if f[1] and string.sub(f[1], 1, #nonce) == nonce then
    redis.call('ZREM', LEASES, id)
    redis.call('ZADD', QUEUE, f[2], id)
    redis.call('HSET', recordKey(id), 'status', 'in_queue', 'token', '', 'attempt', text(tonumber(f[3]) - 1))
    back = back + 1
  end
end
return back
