--[[
What all functions share; it is put before each of them.
KEYS[1]  the prefix of the API's keys, `pons:{API}:`. All keys below it are made here, so that they share its hash tag.

prefix .. 'meta'     hash: seq (last place given out), swept (ms), epoch (tells one life of the data from the next), format, payloads (where objects lie),
                     mark (the object that tells that place from others)
prefix .. 'queue'    sorted set: id by place; what waits
prefix .. 'leases'   sorted set: id by the ms at which its lease lapses; what somebody holds
prefix .. 'w:' .. ID hash: the record, with its body (payload while it lives, result after) where that is small
prefix .. 'b:' .. X  hash: the chunks 0, 1, ... of a large body
prefix .. 'objects'  sorted set: references (s3://...) of large bodies in a bucket, all that may be there, by the ms at which each may be taken away:
                     inf while a workload waits or runs, and -ms from when somebody was told to take it away, which is some minutes after that

The field chunks of a record says where a large body is: the key of its chunks or the reference of its object; '' where it is in the record.

Times are ms of Redis's own clock. A write that memory which is full would refuse must not come after another write: half of a function would
have happened. One that frees memory comes first where a function must go on all the same: Redis lets a script end that has begun to write.
]]
local PREFIX = KEYS[1]
local META, QUEUE, LEASES, OBJECTS = PREFIX .. 'meta', PREFIX .. 'queue', PREFIX .. 'leases', PREFIX .. 'objects'

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

local function isObject(place)
  return string.sub(place, 1, 5) == 's3://'
end

-- Whether an object was noted and nobody was told to take it away.
local function isKept(reference)
  local due = redis.call('ZSCORE', OBJECTS, reference)
  return due and string.sub(due, 1, 1) ~= '-'
end

-- Whether a body that was sent is there, so that a record may refer to it.
local function isPlaced(place, parts)
  if place == '' then return true end
  if isObject(place) then return isKept(place) end
  return redis.call('HLEN', place) == tonumber(parts)
end

-- For how many ms what is read of a body stays when its record has gone: a reading that has begun comes to its end.
local READ_MS = 15 * 60 * 1000

-- Keeps a placed body: for a time, or without one until it is released. It goes after its record.
local function keep(place, ms)
  if place == '' then return end
  if isObject(place) then
    redis.call('ZADD', OBJECTS, ms and text(now() + tonumber(ms) + 1000) or '+inf', place)
  elseif ms then
    redis.call('PEXPIRE', place, text(tonumber(ms) + READ_MS))
  else
    redis.call('PERSIST', place)
  end
end

-- Gives up a body that no record refers to any more.
local function release(place)
  if not place or place == '' then return end
  if isObject(place) then
    redis.call('ZADD', OBJECTS, text(now()), place)
  else
    redis.call('UNLINK', place)
  end
end

-- Ends a workload for good. `place` is where its payload is, where that is not in the record.
local function finish(id, place, retentionMs, ...)
  local key = recordKey(id)
  redis.call('HSET', key, 'ended', text(now()), 'token', '', 'lapsed', '', ...)
  redis.call('PEXPIRE', key, retentionMs)
  release(place)
end
