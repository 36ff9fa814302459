import { GATHERING } from './gather.ts'
import { script } from './script.ts'
import { TELLING_NODES } from './telling-nodes.ts'

/** `ARGV[5]`: an epoch that was this node's before, or ''. A node that has nothing waits for those that put back what they hold. */
const WHETHER_TAKEN = `
local node, epoch, timeout, before = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local holder = redis.call('HGET', P .. 'nodes', node)
if holder and holder ~= epoch and holder ~= before then
  local lease = redis.call('ZSCORE', P .. 'leases', node)
  local spared = redis.call('HGET', P .. 'lease-clock', 'spared')
  if (lease and tonumber(lease) > now) or (spared and tonumber(spared) > now) then return 'TAKEN' end
end
if redis.call('EXISTS', P .. 'gather') == 1 then
  leave_gathering(node)
  go_on_gathering(timeout)
  if redis.call('EXISTS', P .. 'gather') == 1 then return 'WAIT' end
end
`

/** 'TAKEN' where another node of that name lives, 'WAIT' while nodes put back what they hold, else 'FREE'. */
export const nameScript = script(TELLING_NODES, GATHERING, WHETHER_TAKEN, "return 'FREE'")

/**
 * 'TAKEN', 'WAIT', or the time, the id at which the inbox begins, the nodes, the era, and the number of the last commit. `ARGV[6]`:
 * the era that begins if there is none. What is there is read in the same transaction, but not here: to bring a large table into
 * Lua would hold everybody up.
 */
export const joinScript = script(
  TELLING_NODES,
  GATHERING,
  WHETHER_TAKEN,
  `
forget_node(node)
-- The others must see that what it was before is gone, even if none of them has noticed.
if holder then tell_of_nodes() end
redis.call('HSET', P .. 'nodes', node, epoch)
redis.call('ZADD', P .. 'leases', now + timeout, node)
redis.call('HSET', P .. 'member:' .. node, 'batch', 0, 'commits', 0, 'pending', 0, 'handled', 0)
tell_of_nodes()
redis.call('DEL', P .. 'inbox:' .. node)
local begin = redis.call('XADD', P .. 'inbox:' .. node, '*', 'j', epoch)
redis.call('SET', P .. 'era', ARGV[6], 'NX')
local era, version = redis.call('GET', P .. 'era'), redis.call('GET', P .. 'commits') or '0'
return { time[1], time[2], begin, redis.call('HKEYS', P .. 'nodes'), era, version }
`,
)
