--[[
Stores workloads as they were in another store, but for those whose id the API has already, and those that ended longer ago than they are kept. Those that
wait go behind all others.
KEYS[1]  prefix
ARGV     format, ms for which they are kept, then for each: id, status, submitted, ended or '', content type, digest, attempt, deaths of supervisors,
         reasons of deaths (JSON) or '', error (JSON) or '', size in bytes, body (where it is small), place of a large one (or ''), how
         many chunks
returns  for each: 'stored' | 'known' | 'conflict' | 'expired' | 'body_missing' (it is no longer there; nothing is changed)
]]
local FIELDS = 14
local format, retentionMs = ARGV[1], tonumber(ARGV[2])
local count = (#ARGV - 2) / FIELDS
local last = redis.call('HINCRBY', META, 'seq', count)
local outcomes, entries = {}, {}

local function adopt(seq, id, status, submitted, ended, contentType, digest, attempt, deaths, reasons, failure, size, body, chunks, parts)
  local leftMs = nil
  if ended ~= '' then
    -- The clock that wrote it may have been ahead of ours.
    leftMs = math.min(retentionMs, tonumber(ended) + retentionMs - now())
    if leftMs <= 0 then return 'expired' end
  end
  local key = recordKey(id)
  local known = redis.call('HGET', key, 'digest')
  if known then return known == digest and 'known' or 'conflict' end
  if not isPlaced(chunks, parts) then return 'body_missing' end
  keep(chunks, leftMs and text(leftMs))
  local record = { 'v', format, 'seq', seq, 'status', status, 'submitted', submitted, 'type', contentType, 'digest', digest, 'size', size,
    'body', body, 'chunks', chunks, 'attempt', attempt, 'deaths', deaths }
  for name, value in pairs({ ended = ended, reasons = reasons, error = failure }) do
    if value ~= '' then
      record[#record + 1] = name
      record[#record + 1] = value
    end
  end
  redis.call('HSET', key, unpack(record))
  if leftMs then
    redis.call('PEXPIRE', key, text(leftMs))
  else
    entries[#entries + 1] = seq
    entries[#entries + 1] = id
  end
  return 'stored'
end

for at = 1, count do
  local first = 3 + (at - 1) * FIELDS
  outcomes[at] = adopt(text(last - count + at), unpack(ARGV, first, first + FIELDS - 1))
end
if #entries > 0 then redis.call('ZADD', QUEUE, unpack(entries)) end
return outcomes
