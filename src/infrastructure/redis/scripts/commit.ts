import { BOXES, DONE_SECONDS } from './boxes.ts'
import { script } from './script.ts'
import { TELLING_NODES } from './telling-nodes.ts'

/**
 * The number of the commit, 'CONFLICT', 'FENCED', or 'LATE' where whoever asked has been refused by now: a Redis that hung
 * still finds it in its socket. All conditions come before the first write.
 */
export const commitScript = script(
  TELLING_NODES,
  BOXES,
  `
local node, epoch, id = ARGV[2], ARGV[3], ARGV[4]
local max_entries, max_bytes, max_inbox = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local until_ms, story = tonumber(ARGV[8]), ARGV[9]
at = 9

local nodes = redis.call('HGETALL', P .. 'nodes')
local lives = false
for i = 1, #nodes, 2 do
  if nodes[i] == node and nodes[i + 1] == epoch then lives = true end
end
if not lives then return 'FENCED' end

local done = redis.call('GET', P .. 'done:' .. id)
if done then return tonumber(done) end

local time = redis.call('TIME')
if time[1] * 1000 + math.floor(time[2] / 1000) > until_ms then return 'LATE' end

for _ = 1, tonumber(take()) do
  local key, version = take(), take()
  if (redis.call('HGET', P .. 'versions', key) or '0') ~= version then return 'CONFLICT' end
end
for _ = 1, tonumber(take()) do
  local session, next, received = take(), tonumber(take()), take()
  local has = redis.call('HMGET', P .. 'box:' .. session, 'first', 'received')
  if not has[1] or tonumber(has[1]) + redis.call('LLEN', P .. 'outbox:' .. session) ~= next then
    return 'CONFLICT'
  end
  if received ~= '' and has[2] ~= received then return 'CONFLICT' end
end

local version = redis.call('INCR', P .. 'commits')
redis.call('SET', P .. 'done:' .. id, version, 'EX', ${DONE_SECONDS})
redis.call('HINCRBY', P .. 'member:' .. node, 'commits', 1)
for _ = 1, tonumber(take()) do redis.call('HSET', P .. 'versions', take(), version) end
for _ = 1, tonumber(take()) do redis.call('HDEL', P .. 'versions', take()) end
for _ = 1, tonumber(take()) do redis.call('HSET', P .. 'records', take(), take()) end
for _ = 1, tonumber(take()) do redis.call('HDEL', P .. 'records', take()) end
update_boxes(node, max_entries, max_bytes)

local all = true
for i = 1, #nodes, 2 do
  all = tell(nodes[i], #story, max_inbox, 'c', version, #story, story) and all
end
if not all then tell_of_nodes() end
return version
`,
)
