/**
 * Lua: what is told to nodes. An entry of an inbox is one of
 *   c VERSION BYTES COMMIT                a commit
 *   p BYTES EPOCH BATCH {SESSION ENTRY}   posts, and whose they are
 *   b BYTES ADDRESS 'UNTIL TIMES'         a ban
 *   n NAMES                               the nodes that live, a line each
 *   j EPOCH                               the beginning of the inbox
 * `pending` of a node are the bytes in its inbox that it has not handled. A node that lets them grow beyond `max_inbox` is
 * as good as dead.
 */
export const TELLING_NODES = `
local P = ARGV[1]

local function forget_node(name)
  redis.call('HDEL', P .. 'nodes', name)
  redis.call('ZREM', P .. 'leases', name)
  redis.call('DEL', P .. 'inbox:' .. name, P .. 'member:' .. name)
end

local function tell_of_nodes()
  local names = redis.call('HKEYS', P .. 'nodes')
  local list = table.concat(names, '\\n')
  for _, name in ipairs(names) do
    redis.call('XADD', P .. 'inbox:' .. name, '*', 'n', list)
  end
end

-- Whether the node keeps up.
local function tell(name, bytes, max_inbox, ...)
  redis.call('XADD', P .. 'inbox:' .. name, '*', ...)
  if redis.call('HINCRBY', P .. 'member:' .. name, 'pending', bytes) <= max_inbox then return true end
  forget_node(name)
  return false
end
`
