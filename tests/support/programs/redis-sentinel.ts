import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { findFreePort } from './free-port.ts'
import { type RedisServer, spawnUntil, startRedis } from './redis-server.ts'

/** Has all that the master has when it is there. */
export async function startReplica(ends: (() => unknown)[], master: RedisServer): Promise<RedisServer> {
  const replica = await startRedis(ends, { options: ['--replicaof', '127.0.0.1', String(master.port)] })
  await expect.poll(() => replica.ask('INFO', 'replication')).toContain('master_link_status:up')
  return replica
}

/** Watches over the master, which it calls `calls`; its port. */
export async function startSentinel(ends: (() => unknown)[], master: RedisServer): Promise<number> {
  const port = await findFreePort('tcp')
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-sentinel-'))
  ends.push(() => rm(directory, { recursive: true, force: true }))
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${directory}`,
    `sentinel monitor calls 127.0.0.1 ${master.port} 1`,
    'sentinel down-after-milliseconds calls 500',
    'sentinel failover-timeout calls 3000',
  ]
  const file = join(directory, 'sentinel.conf')
  await writeFile(file, `${lines.join('\n')}\n`)
  const child = await spawnUntil('redis-sentinel', [file], /\+monitor/)
  ends.push(async () => {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  })
  return port
}
