--[[
What the hosts of an API last said, those that have said nothing for long left out and forgotten.
KEYS[1]  prefix
ARGV     for how many ms what a host said holds
returns  { host, text, ... }
]]
local oldest = now() - tonumber(ARGV[1])
local said = redis.call('HGETALL', PREFIX .. 'hosts')
local reply = {}
for at = 1, #said, 2 do
  local space = string.find(said[at + 1], ' ', 1, true)
  if tonumber(string.sub(said[at + 1], 1, space - 1)) < oldest then
    redis.call('HDEL', PREFIX .. 'hosts', said[at])
  else
    reply[#reply + 1] = said[at]
    reply[#reply + 1] = string.sub(said[at + 1], space + 1)
  end
end
return reply
