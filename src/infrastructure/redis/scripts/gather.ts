import { BOXES, DONE_SECONDS } from './boxes.ts'
import { script } from './script.ts'
import { TELLING_NODES } from './telling-nodes.ts'

/** So many timeouts of a node are left to those that have gathered for putting back what they hold. */
const PUT_BACK_TIMEOUTS = 3

/**
 * Lua: how nodes put back what they hold into a Redis that has lost everything. An *era* is the time between two such losses.
 * While there is none, nodes gather; when all are there that any of them knew of, or a timeout is over, the round is closed.
 * Those that are in it put back what they hold, and then the next era begins. If it takes too long, they gather again.
 *   gather          `before`: the era that is over; `since`, `closed`: milliseconds; `version`, `era`: once the tables are there
 *   gather:nodes    node → its epoch
 *   gather:info     node → what the others must know of it
 *   gather:known    the nodes that any of them knew of
 *   gather:stories  version → what nodes were told of that commit
 *   gather:ready    node → the number of its last batch of posts that counts as done
 */
export const GATHERING = `
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000), time
end

local function forget_gathering()
  redis.call('DEL', P .. 'gather', P .. 'gather:nodes', P .. 'gather:info', P .. 'gather:known')
  redis.call('DEL', P .. 'gather:stories', P .. 'gather:ready')
end

local function leave_gathering(node)
  redis.call('HDEL', P .. 'gather:nodes', node)
  redis.call('SREM', P .. 'gather:known', node)
end

local function begin_era(era, version, now, timeout)
  local nodes, ready = redis.call('HGETALL', P .. 'gather:nodes'), {}
  for i = 1, #nodes, 2 do
    local name, epoch = nodes[i], nodes[i + 1]
    local batch = redis.call('HGET', P .. 'gather:ready', name)
    redis.call('HSET', P .. 'nodes', name, epoch)
    redis.call('ZADD', P .. 'leases', now + timeout, name)
    redis.call('DEL', P .. 'inbox:' .. name)
    local begin = redis.call('XADD', P .. 'inbox:' .. name, '*', 'j', epoch)
    redis.call('HSET', P .. 'member:' .. name, 'batch', batch, 'commits', 0, 'pending', 0, 'handled', 0, 'begin', begin)
  end
  redis.call('SET', P .. 'commits', version)
  redis.call('SET', P .. 'era', era)
  redis.call('HSET', P .. 'lease-clock', 'renewed', now, 'spared', now + timeout)
  tell_of_nodes()
  forget_gathering()
end

local function go_on_gathering(timeout)
  local now = now_ms()
  local has = redis.call('HMGET', P .. 'gather', 'since', 'closed', 'version', 'era')
  if not has[1] then return end
  local names = redis.call('HKEYS', P .. 'gather:nodes')
  if not has[2] then
    local complete = true
    for _, name in ipairs(redis.call('SMEMBERS', P .. 'gather:known')) do
      if redis.call('HEXISTS', P .. 'gather:nodes', name) == 0 then complete = false end
    end
    if complete or now >= has[1] + timeout then redis.call('HSET', P .. 'gather', 'closed', now) end
    return
  end
  if #names == 0 or now >= has[2] + ${PUT_BACK_TIMEOUTS} * timeout then return forget_gathering() end
  if not has[4] then return end
  for _, name in ipairs(names) do
    if redis.call('HEXISTS', P .. 'gather:ready', name) == 0 then return end
  end
  begin_era(has[4], has[3], now, timeout)
end
`

/**
 * A node comes to put back what it holds. 'SAME': nothing was lost since the era that it knows. 'OVER': others have gone on
 * without it. Else 'OK'. Where only nodes have come that have nothing, and nobody has done anything yet, they give way.
 */
export const gatherScript = script(
  TELLING_NODES,
  GATHERING,
  `
local node, epoch, timeout, known_era, info = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
local at = 6
local function take()
  at = at + 1
  return ARGV[at]
end

local era = redis.call('GET', P .. 'era')
if era == known_era then return 'SAME' end
if era then
  -- It may have been among those who began this era, without having heard of it.
  if redis.call('HGET', P .. 'nodes', node) == epoch then return 'OK' end
  if redis.call('EXISTS', P .. 'commits') == 1 then return 'OVER' end
  for _, name in ipairs(redis.call('HKEYS', P .. 'nodes')) do forget_node(name) end
  redis.call('DEL', P .. 'era', P .. 'lease-clock')
end
local is_in = redis.call('HGET', P .. 'gather:nodes', node) == epoch
if redis.call('HEXISTS', P .. 'gather', 'closed') == 1 and not is_in then
  go_on_gathering(timeout)
  if redis.call('HEXISTS', P .. 'gather', 'closed') == 1 then return 'OVER' end
end
-- Commits of another era have the same numbers.
redis.call('HSETNX', P .. 'gather', 'before', known_era)
if redis.call('HGET', P .. 'gather', 'before') ~= known_era then return 'OVER' end
redis.call('HSETNX', P .. 'gather', 'since', (now_ms()))
redis.call('HSET', P .. 'gather:nodes', node, epoch)
redis.call('HSET', P .. 'gather:info', node, info)
for _ = 1, tonumber(take()) do redis.call('SADD', P .. 'gather:known', take()) end
for _ = 1, tonumber(take()) do
  local version, id, story = take(), take(), take()
  redis.call('HSETNX', P .. 'gather:stories', version, story)
  redis.call('SET', P .. 'done:' .. id, version, 'EX', ${DONE_SECONDS})
end
return 'OK'
`,
)

/**
 * How far it is: 'NONE' (it is to come anew), 'OVER', 'WAIT'; 'PUT', what each node has said of itself, and the stories; or
 * 'BEGUN', the time, the era, and where its inbox begins.
 */
export const lookScript = script(
  TELLING_NODES,
  GATHERING,
  `
local node, epoch, timeout = ARGV[2], ARGV[3], tonumber(ARGV[4])
go_on_gathering(timeout)
local era = redis.call('GET', P .. 'era')
if era then
  if redis.call('HGET', P .. 'nodes', node) ~= epoch then return { 'OVER' } end
  local _, time = now_ms()
  return { 'BEGUN', time[1], time[2], era, redis.call('HGET', P .. 'member:' .. node, 'begin') }
end
if redis.call('HGET', P .. 'gather:nodes', node) ~= epoch then return { 'NONE' } end
if redis.call('HEXISTS', P .. 'gather', 'closed') == 0 then return { 'WAIT' } end
if redis.call('HEXISTS', P .. 'gather:ready', node) == 1 then return { 'WAIT' } end
return { 'PUT', redis.call('HGETALL', P .. 'gather:info'), redis.call('HGETALL', P .. 'gather:stories') }
`,
)

/** Puts boxes, or a part of a table (`versions`, `records`), back: 'OK', or 'NONE' where the round is another one. */
export const putBackScript = script(
  TELLING_NODES,
  BOXES,
  `
local node, epoch, max_entries, max_bytes = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
at = 5
if redis.call('HGET', P .. 'gather:nodes', node) ~= epoch then return 'NONE' end
local table_name = take()
if table_name == '' then
  update_boxes(node, max_entries, max_bytes)
else
  if take() == 'first' then redis.call('DEL', P .. table_name) end
  for _ = 1, tonumber(take()) do redis.call('HSET', P .. table_name, take(), take()) end
end
return 'OK'
`,
)

/** The node has put back what it holds. `ARGV[6]`, `ARGV[7]`: the next era and the last version, by the one that had the tables. */
export const readyScript = script(
  TELLING_NODES,
  GATHERING,
  `
local node, epoch, timeout, batch, era, version = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6], ARGV[7]
if redis.call('HGET', P .. 'gather:nodes', node) ~= epoch then return 'NONE' end
redis.call('HSET', P .. 'gather:ready', node, batch)
if era ~= '' then redis.call('HSET', P .. 'gather', 'era', era, 'version', version) end
go_on_gathering(timeout)
return 'OK'
`,
)
