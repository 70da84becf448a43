--[[
How many workloads of an API wait and run.
KEYS[1]  prefix
returns  { waiting, running, when the oldest that waits was submitted or '' }
]]
local oldest = redis.call('ZRANGE', QUEUE, 0, 0)[1]
local submitted = oldest and redis.call('HGET', recordKey(oldest), 'submitted') or ''
return { redis.call('ZCARD', QUEUE), redis.call('ZCARD', LEASES), submitted }
