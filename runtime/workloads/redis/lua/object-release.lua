--[[
Lets an object be taken away that was noted and that nothing came to refer to.
KEYS[1]  prefix
ARGV     reference, ms until then: what was cut off may still come to be
returns  nil
]]
evenWhenFull()
local reference, delayMs = unpack(ARGV)
if isKept(reference) and redis.call('ZSCORE', OBJECTS, reference) ~= 'inf' then
  redis.call('ZADD', OBJECTS, text(now() + tonumber(delayMs)), reference)
end
