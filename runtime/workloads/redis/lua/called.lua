--[[
Somebody has come who was called: the next call is a new one.
KEYS[1]  prefix
returns  nil
]]
redis.call('HDEL', META, 'called')
