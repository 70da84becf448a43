--[[
Renews leases. One that has lapsed and that nobody has taken since is taken back, as if it had not lapsed.
KEYS[1]  prefix
ARGV     ms until they lapse, then for each: id, token
returns  the ids among them that are no longer held
]]
local expires = text(now() + tonumber(ARGV[1]))
local lost = {}
evenWhenFull()
for at = 2, #ARGV, 2 do
  local id = ARGV[at]
  local held = heldBy(id, ARGV[at + 1])
  if not held then
    lost[#lost + 1] = id
  else
    if held.lapsed then
      redis.call('ZREM', QUEUE, id)
      redis.call('HSET', recordKey(id), 'status', 'in_progress', 'lapsed', '', 'attempt', text(held.attempt + 1), 'deaths', text(held.deaths - 1))
    end
    redis.call('ZADD', LEASES, expires, id)
  end
end
return lost
