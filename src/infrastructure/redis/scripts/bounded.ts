/** With more entries than these one goes for each that comes, the one that would be forgotten first. */
const MAX_ENTRIES = 100_000

/**
 * Lua: a hash whose entries are each forgotten at an instant of their own, and that is bounded. `TABLE-ends` is the order in
 * which they go. Both go as a whole once nothing is written to them for `longest` milliseconds.
 */
export const BOUNDED = `
local P = ARGV[1]

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function forget(name, keys)
  for _, key in ipairs(keys) do
    redis.call('HDEL', P .. name, key)
    redis.call('ZREM', P .. name .. '-ends', key)
  end
end

local function keep(name, key, value, ends, now, longest)
  if ends <= now then return forget(name, { key }) end
  local order = P .. name .. '-ends'
  redis.call('HSET', P .. name, key, value)
  redis.call('ZADD', order, ends, key)
  forget(name, redis.call('ZRANGEBYSCORE', order, '-inf', now, 'LIMIT', 0, 2))
  if redis.call('ZCARD', order) > ${MAX_ENTRIES} then forget(name, redis.call('ZRANGE', order, 0, 0)) end
  redis.call('PEXPIRE', P .. name, longest)
  redis.call('PEXPIRE', order, longest)
end
`
