--[[
Forgets objects that were handed out and have been taken away.
KEYS[1]  prefix
ARGV     references
returns  nil
]]
for _, reference in ipairs(ARGV) do
  if not isKept(reference) then redis.call('ZREM', OBJECTS, reference) end
end
