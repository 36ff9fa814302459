import { rm } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { call, enter, meet, untilHeard } from '../../support/cluster/people.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startReplica, startSentinel } from '../../support/programs/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { T } from '../../support/wire/wire.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const ends = endsAfterEach()

async function startNode(name: string, redis_url: string, postgres_url: string): Promise<number> {
  const daemon = await spawnDaemon({
    config: {
      security: { bcrypt_cost: 4 },
      cluster: { redis_url, node_name: name },
      persistence: { postgres_url },
    },
  })
  ends.push(async () => {
    await daemon.stop('SIGKILL')
    await rm(daemon.cwd, { recursive: true, force: true })
  })
  return daemon.port
}

/** How much of all that was ever written it has. */
async function offsetOf(redis: RedisServer): Promise<number> {
  return Number(/master_repl_offset:(\d+)/.exec(String(await redis.ask('INFO', 'replication')))?.[1])
}

describe.skipIf(!canRun('redis-server') || !canRun('redis-sentinel'))('Redis fails over', () => {
  test('CLUSTER-66 to its replica: a room and a call begin at once, what was there goes on, and no node is restarted', async () => {
    const master = await startRedis(ends)
    const replica = await startReplica(ends, master)
    const sentinel = await startSentinel(ends, master)
    const postgresUrl = await postgres().createDatabase()
    const url = `redis-sentinel://127.0.0.1:${sentinel}/calls`
    const [a, b] = [await startNode('a', url, postgresUrl), await startNode('b', url, postgresUrl)]
    const alice = await enter(ends, a, 'alice')
    const bob = await enter(ends, b, 'bob')
    const carol = await enter(ends, a, 'carol')
    const dave = await enter(ends, b, 'dave')
    const erin = await enter(ends, a, 'erin')
    const frank = await enter(ends, b, 'frank')
    await call(erin, frank)
    const everybody = [alice, bob, carol, dave, erin, frank]
    for (const { client } of everybody) await untilHeard(client)
    // Replication is asynchronous: this is about a failover in which nothing is lost.
    const offset = await offsetOf(master)
    await expect.poll(() => offsetOf(replica)).toBeGreaterThanOrEqual(offset)

    await master.kill()
    await expect.poll(() => replica.ask('ROLE')).toContain('master')
    const called = call(alice, bob)
    await meet(carol, dave)
    await called
    const signal = { candidate: 'c', sdp_mid: '0', sdp_mline_index: 0 }
    for (const [from, to, call_id] of [
      [carol, dave, 'voice'],
      [alice, bob, alice.callId],
      [erin, frank, erin.callId],
    ] as const) {
      from.client.send(T.ICE_CANDIDATE, { call_id, to_user_id: to.id, ...signal })
      expect((await to.client.next(T.ICE_CANDIDATE)).payload).toMatchObject({ from_user_id: from.id })
    }
    for (const { client } of everybody) await untilHeard(client)
  })
})
