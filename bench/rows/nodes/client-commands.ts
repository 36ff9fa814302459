import type { RedisServer } from '../../../tests/support/programs/redis-server.ts'

/** Commands that scripts give are counted with the others; those that clients give too are these. */
const BY_CLIENTS = new Set(['xread', 'xrange', 'ping', 'time', 'hgetall', 'get', 'info'])

/** How often Redis was asked so far: scripts by EVALSHA, and all that clients ask without one. */
export async function clientCommands(redis: RedisServer): Promise<{ scripts: number; others: number }> {
  const stats = String(await redis.ask('INFO', 'commandstats'))
  const counts = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(
    ([, name = '', calls]) => [name.toLowerCase(), Number(calls)] as const,
  )
  const sum = (counted: (name: string) => boolean) =>
    counts.reduce((total, [name, calls]) => (counted(name) ? total + calls : total), 0)
  return { scripts: sum((name) => name === 'evalsha'), others: sum((name) => BY_CLIENTS.has(name)) }
}
