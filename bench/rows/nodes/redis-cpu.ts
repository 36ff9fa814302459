import type { RedisServer } from '../../../tests/support/programs/redis-server.ts'

/** What Redis has taken of the processor so far, in microseconds: its own account of it. */
export async function redisCpuUs(redis: RedisServer): Promise<number> {
  const cpu = String(await redis.ask('INFO', 'cpu'))
  const seconds = [...cpu.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, value]) => Number(value))
  return seconds.reduce((sum, value) => sum + value, 0) * 1e6
}
