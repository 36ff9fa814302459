import { script } from './script.ts'

/** The first number, `received`, the tokens, from where on it is unsent, and the entries, at one instant. */
export const readBoxScript = script(`
local has = redis.call('HMGET', ARGV[1] .. 'box:' .. ARGV[2], 'first', 'received', 'current', 'previous', 'unsent')
if not has[1] then return false end
return { has[1], has[2], has[3], has[4], has[5], redis.call('LRANGE', ARGV[1] .. 'outbox:' .. ARGV[2], 0, -1) }
`)
