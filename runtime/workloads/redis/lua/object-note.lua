--[[
Notes an object of the bucket before anything of it is sent there, or that it is still being sent: where nothing refers to it in time, it is taken away.
KEYS[1]  prefix
ARGV     reference, place that it lies in, ms until it goes, 1 where it is new, 1 where it is a result
returns  '' | 'gone' (it is being taken away) | the place where the bodies of this API lie instead; nothing is noted then
]]
local reference, place, uploadMs, isNew, isResult = unpack(ARGV)
if isResult == '1' then evenWhenFull() end
if isNew == '1' then
  local other = redis.call('HGET', META, 'payloads')
  if other ~= place then
    if other and redis.call('ZCARD', OBJECTS) > 0 then return other end
    redis.call('HSET', META, 'payloads', place)
  end
elseif not isKept(reference) then
  return 'gone'
end
redis.call('ZADD', OBJECTS, text(now() + tonumber(uploadMs)), reference)
return ''
