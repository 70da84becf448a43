--[[
The format of an API's data. Changes nothing.
KEYS[1]  prefix
returns  nil where there is no data | format
]]
return redis.call('HGET', META, 'format')
