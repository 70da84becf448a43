--[[
Stores a chunk of a body that is on its way. It goes by itself where nobody refers to it in time, also when whoever sent it never heard that it came.
KEYS[1]  prefix
ARGV     key of the chunks, which of them, its bytes, ms until they go
returns  nil
]]
local key, at, bytes, uploadMs = unpack(ARGV)
redis.call('HSET', key, at, bytes)
if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, uploadMs) end
