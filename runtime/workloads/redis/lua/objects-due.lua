--[[
Hands out objects that nothing refers to any more. Whoever gets them takes them away, then says so; where he does not, somebody else gets them later.
KEYS[1]  prefix
ARGV     what references begin with that the caller can take away, ms until somebody else gets them, how many to look at, ms for which they are kept
         after nothing refers to them any more: a Redis that has lost its last moments refers to some of them again
returns  references
]]
local base, claimMs, limit, graceMs = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local due = redis.call('ZRANGEBYSCORE', OBJECTS, text(claimMs - now()), text(now() - graceMs), 'LIMIT', 0, limit)
local taken = {}
for _, reference in ipairs(due) do
  if string.sub(reference, 1, #base) == base then taken[#taken + 1] = reference end
end
if #taken > 0 then evenWhenFull() end
for _, reference in ipairs(taken) do redis.call('ZADD', OBJECTS, text(-now()), reference) end
return taken
