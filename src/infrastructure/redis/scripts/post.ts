import { BOXES } from './boxes.ts'
import { script } from './script.ts'
import { TELLING_NODES } from './telling-nodes.ts'

/** Posts that are one entry of an inbox. */
const AT_ONCE = 500

/** 'OK', 'FENCED', or 'GAP' where the batch before this one is not known: Redis has lost it. */
export const postScript = script(
  TELLING_NODES,
  BOXES,
  `
local node, epoch, batch = ARGV[2], ARGV[3], tonumber(ARGV[4])
local max_entries, max_bytes, max_inbox = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
at = 7

if redis.call('HGET', P .. 'nodes', node) ~= epoch then return 'FENCED' end
local last = tonumber(redis.call('HGET', P .. 'member:' .. node, 'batch'))
if batch <= last then return 'OK' end
if batch > last + 1 then return 'GAP' end
redis.call('HSET', P .. 'member:' .. node, 'batch', batch)

local lives, waiting, bytes, all = {}, {}, {}, true

local function send(to)
  if #waiting[to] > 0 then
    lives[to] = tell(to, bytes[to], max_inbox, 'p', bytes[to], epoch, batch, unpack(waiting[to]))
    all = all and lives[to]
  end
  waiting[to] = {}
  bytes[to] = 0
end

local function carry_out()
  local to, entry = take(), nil
  if to ~= '' then
    local session = take()
    entry = take()
    to = redis.call('HGET', P .. 'box:' .. session, 'node') or to
    if lives[to] == nil then
      lives[to] = redis.call('HEXISTS', P .. 'nodes', to) == 1
      waiting[to] = {}
      bytes[to] = 0
    end
    if lives[to] then
      local list = waiting[to]
      list[#list + 1] = session
      list[#list + 1] = entry
      bytes[to] = bytes[to] + #entry
      if #list >= ${2 * AT_ONCE} then send(to) end
    end
  end
  update_boxes(node, max_entries, max_bytes, entry)
end

-- Posts change neither, so each sender is looked at once.
local known = {}
local function may_post(from, record)
  if from == '' then return true end
  if known[from] == nil then
    known[from] = redis.call('HEXISTS', P .. 'records', record) == 1
      and (redis.call('HGET', P .. 'box:' .. from, 'node') or node) == node
  end
  return known[from]
end

for _ = 1, tonumber(take()) do
  local from, record, length = take(), take(), tonumber(take())
  if may_post(from, record) then carry_out() else at = at + length end
end

for to in pairs(waiting) do
  if lives[to] then send(to) end
end
if not all then tell_of_nodes() end
return 'OK'
`,
)
