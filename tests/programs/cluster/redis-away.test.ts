import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startBalancer } from '../../support/cluster/balancer.ts'
import { converse, expectWhole, talk } from '../../support/cluster/conversations.ts'
import { type NodeProcess, startNodes } from '../../support/cluster/node-process.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { logged } from '../../support/programs/spawned-daemon.ts'
import { logIn, type RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const ends = endsAfterEach()
const { connect } = visits()

const PAIRS = Number(process.env['CLUSTER_PAIRS'] ?? 30)

const AOF = ['--appendonly', 'yes', '--appendfsync', 'always']

/** A little longer than a request waits for Redis, so that those of the first seconds are refused. */
const AWAY_MS = 11_000

/** What a node may take more than before: what it waits with is bounded by 64 MiB, and the rest is garbage. */
const MOST_MIB = 128

interface Away {
  readonly name: string
  readonly leave: (redis: RedisServer) => unknown
  readonly comeBack: (redis: RedisServer) => unknown
}

const ways: readonly Away[] = [
  {
    name: 'stopped and continued',
    leave: (redis) => {
      redis.pause()
    },
    comeBack: (redis) => {
      redis.goOn()
    },
  },
  {
    name: 'killed and started again with its append-only file',
    leave: (redis) => redis.kill(),
    comeBack: (redis) => redis.start(),
  },
]

describe.skipIf(!canRun('redis-server'))('Redis is away under load', () => {
  test.each(ways)(
    'CLUSTER-82 $name: nobody is dropped, nothing is lost, and each request is done or refused',
    { timeout: 300_000 },
    async ({ leave, comeBack }) => {
      const redis = await startRedis(ends, { options: AOF })
      const nodes = await startNodes(ends, ['a', 'b'], {
        redisUrl: redis.url,
        postgresUrl: await postgres().createDatabase(),
      })
      const balancer = await startBalancer(
        ends,
        nodes.map(({ port }) => port),
      )
      const conversations = await converse(ends, balancer.port, PAIRS)
      const early = await idlePairs(balancer, 5, 'early')
      const late = await idlePairs(balancer, 5, 'late')
      const silence = talk(conversations, 300)
      const before = await Promise.all(nodes.map(residentMib))
      await leave(redis)
      early.forEach(placeCall)
      await pause(AWAY_MS / 2)
      late.forEach(placeCall)
      await pause(AWAY_MS / 2)
      const after = await Promise.all(nodes.map(residentMib))
      await comeBack(redis)
      const asked = [...early, ...late]
      await expect.poll(() => asked.map(outcomeOf).filter((outcome) => outcome === '').length).toBe(0)
      silence()
      await expectWhole(conversations)
      const talkers = conversations.flatMap(({ parties }) => parties)
      expect(talkers.flatMap(({ absences }) => absences.over)).toEqual([])
      for (const [i, mib] of after.entries()) expect(mib - (before[i] ?? 0)).toBeLessThan(MOST_MIB)

      // One of both: what was refused was not done.
      const outcomes = asked.map(outcomeOf)
      console.info(`${outcomes.join()}; MiB before and after: ${before.join()} ${after.join()}`)
      expect(outcomes.slice(0, early.length)).toEqual(early.map(() => 'refused'))
      expect(outcomes.slice(early.length)).toEqual(late.map(() => 'rung'))
      // And it may be asked for again.
      early.forEach(placeCall)
      await expect.poll(() => early.map(outcomeOf)).toEqual(early.map(() => 'refused rung'))
      for (const { daemon } of nodes) expect(logged(daemon, /taken for dead|fault/)).toEqual([])
    },
  )

  test('CLUSTER-88 whoever sends more than may wait is not heard for a while, and nobody is dropped', async () => {
    const redis = await startRedis(ends)
    const nodes = await startNodes(ends, ['a'], {
      redisUrl: redis.url,
      postgresUrl: await postgres().createDatabase(),
      // All that has waited comes to one client at once.
      config: { limits: { max_outbound_bytes: 134_217_728 } },
    })
    const [node] = nodes
    if (node === undefined) throw new Error('a node')
    const [alice, bob] = [await connect(node, ['resume']), await connect(node, ['resume'])]
    const { call_id, calleeId } = await setUpCall(alice, bob)
    const heard: unknown[] = []
    bob.divert(({ type, payload }) => type === T.ICE_CANDIDATE && heard.push(payload['candidate']))
    const before = await residentMib(node)
    redis.pause()
    // More than a node keeps waiting for Redis.
    const said = Array.from({ length: 4000 }, (_, i) => `${i}`.padEnd(20_000))
    const line = { call_id, to_user_id: calleeId, sdp_mid: '0', sdp_mline_index: 0 }
    for (const text of said) alice.send(T.ICE_CANDIDATE, { ...line, candidate: text })
    await pause(AWAY_MS / 2)
    expect((await residentMib(node)) - before).toBeLessThan(MOST_MIB)
    redis.goOn()
    await expect.poll(() => heard.length, { timeout: 50_000 }).toBe(said.length)
    expect(heard).toEqual(said)
    expect([alice.closed, bob.closed]).toEqual([false, false])
    expect(logged(node.daemon, /could not|fault/)).toEqual([])
  })
})

interface IdlePair {
  readonly caller: RawClient
  readonly calleeId: string
  /** What has become of the calls, in order. */
  readonly outcomes: string[]
}

async function idlePairs(to: { readonly port: number }, count: number, name: string): Promise<IdlePair[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const [caller, callee] = [await connect(to, ['resume']), await connect(to, ['resume'])]
      await logIn(caller, `${name}${i} a`)
      const outcomes: string[] = []
      const pair = { caller, calleeId: await logIn(callee, `${name}${i} b`), outcomes }
      callee.divert(({ type }) => type === T.CALL_NOTIFICATION && outcomes.push('rung'))
      caller.divert(({ type, payload }) => {
        if (type !== T.ERROR) return
        const isRight = payload['reason'] === 'storage_unavailable' && Number(payload['retry_after_ms']) > 0
        outcomes.push(isRight ? 'refused' : JSON.stringify(payload))
      })
      return pair
    }),
  )
}

function placeCall({ caller, calleeId }: IdlePair): void {
  caller.send(T.CALL_REQUEST, { to_user_id: calleeId })
}

function outcomeOf({ outcomes }: IdlePair): string {
  return outcomes.join(' ')
}

async function residentMib({ daemon }: NodeProcess): Promise<number> {
  const status = await readFile(`/proc/${daemon.child.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}
