--[[
Whether somebody has to be called to a queue: there is something in it, and no call is under way. One that is as old as that is taken for lost.
KEYS[1]  prefix
ARGV     ms after which a call is lost
returns  1 where the caller now has to call | 0
]]
local time = now()
local called = tonumber(redis.call('HGET', META, 'called') or '0')
if redis.call('ZCARD', QUEUE) == 0 or math.abs(time - called) < tonumber(ARGV[1]) then return 0 end
-- Refused while memory is full, and rightly so: bee-queue could not take the call either, and would be opened anew for each.
redis.call('HSET', META, 'called', text(time))
return 1
