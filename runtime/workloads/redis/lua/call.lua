--[[
Whether somebody has to be called to a queue: there is something in it, and no call is under way. One that is as old as that is taken for lost, but
while one waits for somebody to have his hands free, that one is enough: further ones would only pile up.
KEYS[1]  prefix
ARGV     ms after which a call is lost, bee-queue's list of calls that wait
returns  1 where the caller now has to call | 0
]]
local time = now()
local called = tonumber(redis.call('HGET', META, 'called') or '0')
if redis.call('ZCARD', QUEUE) == 0 or redis.call('LLEN', ARGV[2]) > 0 then return 0 end
if math.abs(time - called) < tonumber(ARGV[1]) then return 0 end
-- Refused while memory is full, and rightly so: bee-queue could not take the call either, and would be opened anew for each.
redis.call('HSET', META, 'called', text(time))
return 1
