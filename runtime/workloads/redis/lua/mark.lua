--[[
Keeps the name of the mark by which an API knows its place in a bucket, unless another has been kept since the caller looked.
KEYS[1]  prefix
ARGV     mark, the one that the caller found; empty where there was none
returns  1 where it is kept, else 0
]]
evenWhenFull()
if (redis.call('HGET', META, 'mark') or '') ~= ARGV[2] then return 0 end
redis.call('HSET', META, 'mark', ARGV[1])
return 1
