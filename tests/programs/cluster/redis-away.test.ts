import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startBalancer } from '../../support/cluster/balancer.ts'
import { converse, expectWhole, talk } from '../../support/cluster/conversations.ts'
import { type NodeProcess, startNodes } from '../../support/cluster/node-process.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { logged } from '../../support/programs/spawned-daemon.ts'
import { logIn, type RawClient } from '../../support/wire/raw-client.ts'
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
      const outcomesOfEarly = early.map(callThem)
      await pause(AWAY_MS / 2)
      const outcomesOfLate = late.map(callThem)
      await pause(AWAY_MS / 2)
      const after = await Promise.all(nodes.map(residentMib))
      await comeBack(redis)
      const outcomes = await Promise.all([...outcomesOfEarly, ...outcomesOfLate])
      await pause(500)
      silence()
      await expectWhole(conversations)
      expect(conversations.flatMap(({ parties }) => parties.flatMap((party) => party.absences.over))).toEqual([])
      for (const [i, mib] of after.entries()) expect(mib - (before[i] ?? 0)).toBeLessThan(MOST_MIB)

      console.info(`${outcomes.join()}; MiB before and after: ${before.join()} ${after.join()}`)
      // What was refused was not done, and may be asked for again.
      for (const [i, { caller, callee, calleeId }] of [...early, ...late].entries()) {
        const rung = [...(await callee.drain())].filter(({ type }) => type === T.CALL_NOTIFICATION)
        expect(rung).toEqual([])
        if (outcomes[i] === 'done') continue
        caller.send(T.CALL_REQUEST, { to_user_id: calleeId })
        await callee.next(T.CALL_NOTIFICATION)
      }
      expect(outcomes.slice(0, early.length)).toContain('refused')
      expect(outcomes.slice(early.length)).toContain('done')
      for (const { daemon } of nodes) expect(logged(daemon, /taken for dead|fault/)).toEqual([])
    },
  )
})

interface IdlePair {
  readonly caller: RawClient
  readonly callee: RawClient
  readonly calleeId: string
}

async function idlePairs(to: { readonly port: number }, count: number, name: string): Promise<IdlePair[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const [caller, callee] = [await connect(to, ['resume']), await connect(to, ['resume'])]
      await logIn(caller, `${name}${i} a`)
      return { caller, callee, calleeId: await logIn(callee, `${name}${i} b`) }
    }),
  )
}

/** What becomes of a call that is placed now. */
async function callThem({ caller, callee, calleeId }: IdlePair): Promise<'done' | 'refused'> {
  caller.send(T.CALL_REQUEST, { to_user_id: calleeId })
  return Promise.race([
    callee.next(T.CALL_NOTIFICATION).then(() => 'done' as const),
    caller.next(T.ERROR).then(({ payload }) => {
      expect(payload).toMatchObject({ code: 503, reason: 'storage_unavailable' })
      expect(payload['retry_after_ms']).toBeGreaterThan(0)
      return 'refused' as const
    }),
  ])
}

async function residentMib({ daemon }: NodeProcess): Promise<number> {
  const status = await readFile(`/proc/${daemon.child.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}
