import { script } from './script.ts'
import { TELLING_NODES } from './telling-nodes.ts'

/**
 * 'FENCED'; 'LOST' where Redis does not have what it has told this node before; or the time and the nodes that were found dead.
 *
 * Nobody is declared dead for want of renewals that nobody could make: while Redis was away, or its clock jumped. Such a gap
 * shows in the time of the last renewal of any node. Where the clock was set back, all leases begin anew.
 */
export const renewScript = script(
  TELLING_NODES,
  `
local node, epoch, timeout = ARGV[2], ARGV[3], tonumber(ARGV[4])
local commits, batch, last, handled = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], tonumber(ARGV[8])
local inbox, member = P .. 'inbox:' .. node, P .. 'member:' .. node

if redis.call('HGET', P .. 'nodes', node) ~= epoch then return 'FENCED' end
local known = redis.call('HMGET', member, 'commits', 'batch', 'handled')
if not known[3] or tonumber(known[1]) < commits or tonumber(known[2]) < batch
  or #redis.call('XRANGE', inbox, last, last) == 0 then
  return 'LOST'
end
if tonumber(known[3]) < handled then
  redis.call('XTRIM', inbox, 'MINID', last)
  redis.call('HINCRBY', member, 'pending', tonumber(known[3]) - handled)
  redis.call('HSET', member, 'handled', handled)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local renewed = tonumber(redis.call('HGET', P .. 'lease-clock', 'renewed') or now)
local spared = tonumber(redis.call('HGET', P .. 'lease-clock', 'spared') or 0)
if now < renewed then
  for _, name in ipairs(redis.call('ZRANGE', P .. 'leases', 0, -1)) do
    redis.call('ZADD', P .. 'leases', now + timeout, name)
  end
  spared = 0
elseif now - renewed > timeout / 2 then
  spared = now + timeout
end
redis.call('HSET', P .. 'lease-clock', 'renewed', now, 'spared', spared)
redis.call('ZADD', P .. 'leases', now + timeout, node)

local dead = {}
if now >= spared then
  dead = redis.call('ZRANGEBYSCORE', P .. 'leases', '-inf', now)
  for _, name in ipairs(dead) do forget_node(name) end
  if #dead > 0 then tell_of_nodes() end
end
return { time[1], time[2], dead }
`,
)
