--[[
Says what a host is doing for an API.
KEYS[1]  prefix
ARGV     host, text ('' when it leaves)
returns  nil
]]
local key = PREFIX .. 'hosts'
if ARGV[2] == '' then
  redis.call('HDEL', key, ARGV[1])
else
  evenWhenFull()
  redis.call('HSET', key, ARGV[1], text(now()) .. ' ' .. ARGV[2])
end
