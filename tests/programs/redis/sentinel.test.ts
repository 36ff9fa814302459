import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { findFreePort } from '../../support/programs/free-port.ts'
import { startReplica, startSentinel } from '../../support/programs/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { canRun } from '../program.ts'
import { commitOf, joinNode, openBox, postOf } from './nodes.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('redis-server') || !canRun('redis-sentinel'))('Redis with Sentinels', () => {
  test('CLUSTER-19 nodes follow to the new master, and begin a call there at once', async () => {
    const master = await startRedis(ends)
    const replica = await startReplica(ends, master)
    const port = await startSentinel(ends, master)
    const nobody = await findFreePort('tcp')
    const sentinel = { url: `redis-sentinel://127.0.0.1:${nobody},127.0.0.1:${port}/calls` }
    const a = await joinNode(ends, { ...sentinel, node: 'a', waitMs: 30_000 })
    const b = await joinNode(ends, { ...sentinel, node: 'b', waitMs: 30_000 })
    await a.state.commit(commitOf({ touches: ['k'], boxes: [openBox('s')] }))
    await expect.poll(() => b.commits().length).toBe(1)
    await expect.poll(() => replica.ask('HGET', '{test}:versions', 'k')).toBe('1')

    await master.kill()
    const commit = a.state.commit(commitOf({ reads: new Map([['k', 1]]), news: 'after' }))
    const post = b.state.post([postOf('a', 's', 'after')])
    expect(await commit).toBe('committed')
    await post
    expect(await replica.ask('ROLE')).toContain('master')
    await expect.poll(a.posts).toEqual([['s', 'after']])
    await expect.poll(() => b.commits().map(({ news }) => news)).toEqual(['', 'after'])
    for (const { live, times } of [a, b]) expect([live(), times('fenced')]).toEqual([['a', 'b'], 0])
  })

  test('CLUSTER-19 a master that has become a replica is left for the new one', async () => {
    const master = await startRedis(ends)
    const replica = await startReplica(ends, master)
    const port = await startSentinel(ends, master)
    const url = `redis-sentinel://127.0.0.1:${port}/calls`
    const a = await joinNode(ends, { url, node: 'a', waitMs: 30_000 })
    await expect.poll(() => failOver(port)).toBe('OK')
    // What the old master still took is lost with it, and the node begins anew then.
    const commit = (): Promise<unknown> =>
      a.state
        .commit(commitOf({ touches: ['k'], writes: new Map([['k', 'there']]) }))
        .catch((error: unknown) => (error instanceof Error ? error.name : error))
    const role = async (of: RedisServer): Promise<unknown> => [await of.ask('ROLE')].flat()[0]
    await expect
      .poll(async () => [
        await role(replica),
        await commit(),
        await replica.ask('HGET', '{test}:records', 'k'),
      ])
      .toEqual(['master', 'committed', 'there'])
    // The Sentinel has not told it yet.
    expect(await role(master)).toBe('master')
    await expect.poll(() => a.state.leaseLeftMs()).toBeGreaterThan(0)
    expect(await a.state.commit(commitOf({ news: 'last' }))).toBe('committed')
    await expect.poll(() => a.commits().at(-1)?.news).toBe('last')
  })
})

/** By its command; it refuses as long as it knows no replica. */
async function failOver(port: number): Promise<unknown> {
  const { createClient } = await import('redis')
  const client = createClient({ RESP: 2, socket: { port, reconnectStrategy: false } })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.sendCommand(['SENTINEL', 'FAILOVER', 'calls']).catch(String)
  } finally {
    client.destroy()
  }
}
