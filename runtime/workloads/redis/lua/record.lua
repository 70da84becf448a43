--[[
What all functions share; it is put before each of them.
KEYS[1]  the prefix of the API's keys, `pons:{API}:`. All keys below it are made here, so that they share its hash tag.

prefix .. 'meta'     hash: seq (last place given out), swept (ms), epoch (tells one life of the data from the next), format
prefix .. 'queue'    sorted set: id by place; what waits
prefix .. 'leases'   sorted set: id by the ms at which its lease lapses; what somebody holds
prefix .. 'w:' .. ID hash: the record, with its body (payload while it lives, result after) where that is small
prefix .. 'b:' .. X  hash: the chunks 0, 1, ... of a large body

Times are ms of Redis's own clock. A write that memory which is full would refuse must not come after another write: half of a function would
have happened. One that frees memory comes first where a function must go on all the same: Redis lets a script end that has begun to write.
]]
local PREFIX = KEYS[1]
local META, QUEUE, LEASES = PREFIX .. 'meta', PREFIX .. 'queue', PREFIX .. 'leases'

-- The same for all of one function: it is asked for once.
local nowMs
local function now()
  if not nowMs then
    local time = redis.call('TIME')
    nowMs = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  end
  return nowMs
end

-- Lua would write large numbers as 1.7e+12.
local function text(number)
  return string.format('%.0f', number)
end

local function recordKey(id)
  return PREFIX .. 'w:' .. id
end

local function fieldsOf(id, ...)
  return redis.call('HMGET', recordKey(id), ...)
end

-- What the holder of `token` holds: its state, or nil where the token is no longer the record's. A lease that has lapsed is still held until
-- somebody else takes the workload.
local function heldBy(id, token)
  local f = fieldsOf(id, 'status', 'token', 'lapsed', 'seq', 'attempt', 'deaths', 'reasons', 'chunks')
  if token == '' or f[2] ~= token then return nil end
  local lapsed = f[3] == '1'
  if f[1] ~= 'in_progress' and not lapsed then return nil end
  return {
    lapsed = lapsed,
    seq = f[4],
    attempt = tonumber(f[5]),
    deaths = tonumber(f[6]),
    reasons = f[7],
    chunks = f[8],
  }
end

-- To be called before the first write of what must go on while Redis's memory is full: this one is always allowed, and changes nothing.
local function evenWhenFull()
  redis.call('ZREM', LEASES, '')
end

-- Takes a workload out of the queue and the leases: the first write of an end, which Redis allows while its memory is full.
local function leave(id)
  redis.call('ZREM', LEASES, id)
  redis.call('ZREM', QUEUE, id)
end

-- Ends a workload for good. `chunks` is the key of its payload's chunks, or ''.
local function finish(id, chunks, retentionMs, ...)
  local key = recordKey(id)
  redis.call('HSET', key, 'ended', text(now()), 'token', '', 'lapsed', '', ...)
  redis.call('PEXPIRE', key, retentionMs)
  if chunks and chunks ~= '' then redis.call('UNLINK', chunks) end
end
