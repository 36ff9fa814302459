import { describe, expect, test } from 'vitest'
import { type NodeProcess, startNodes } from '../../support/cluster/node-process.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { ctl } from '../../support/programs/control.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const ends = endsAfterEach()
const { connect } = visits()

const FREE = 2
const RIGHT = 'secret of alice'

interface House {
  readonly redis: RedisServer
  readonly a: NodeProcess
  readonly b: NodeProcess
}

/** Two nodes, at which alice has an account. */
async function openHouse(): Promise<House> {
  const redis = await startRedis(ends)
  const [a, b] = await startNodes(ends, ['a', 'b'], {
    redisUrl: redis.url,
    postgresUrl: await postgres().createDatabase(),
    config: {
      security: { enable_rate_limiting: true },
      rate_limits: { failed_logins: FREE, backoff_ms: 60_000 },
    },
  })
  if (a === undefined || b === undefined) throw new Error('two nodes')
  const alice = await connect(a, [])
  await logIn(alice, 'alice', RIGHT)
  await alice.close()
  return { redis, a, b }
}

/** What is said of an attempt to log in. */
async function attempt(node: NodeProcess, password: string): Promise<Readonly<Record<string, unknown>>> {
  const client = await connect(node, ['errors'])
  client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: password })
  const { payload } = await Promise.race([client.next(T.LOGIN_RESPONSE), client.next(T.ERROR)])
  await client.close()
  return payload
}

/** Why a new connection is not taken; undefined where it is. */
async function turnedAway(node: NodeProcess): Promise<unknown> {
  const client = await connect(node)
  client.send(T.HEARTBEAT, { timestamp: 1 })
  const answer = await Promise.race([client.next(T.ERROR), client.next(T.HEARTBEAT)])
  await client.close()
  return answer.payload['reason']
}

describe.skipIf(!canRun('redis-server'))('limits of two nodes', () => {
  test('CLUSTER-110 wrong passwords at one node make their sender wait at the other, also with the right one', async () => {
    const { a, b } = await openHouse()
    for (let i = 0; i <= FREE; i++)
      expect(await attempt(i % 2 === 0 ? a : b, 'wrong')).toMatchObject({ reason: 'invalid_credentials' })
    for (const node of [a, b])
      expect(await attempt(node, RIGHT)).toMatchObject({
        reason: 'too_many_attempts',
        retry_after_ms: expect.any(Number),
      })
  })

  test('CLUSTER-110 the right password at one node forgives the wrong ones at all', async () => {
    const { a, b } = await openHouse()
    for (const node of [a, b, a]) {
      for (let i = 0; i < FREE; i++)
        expect(await attempt(node, 'wrong')).toMatchObject({ reason: 'invalid_credentials' })
      expect(await attempt(node === a ? b : a, RIGHT)).toMatchObject({ success: true })
      expect(await attempt(node, RIGHT)).toMatchObject({ success: true })
    }
  })

  test('CLUSTER-112 while Redis is away each node still makes whoever guesses wait', async () => {
    const { redis, a } = await openHouse()
    await redis.kill()
    for (let i = 0; i <= FREE; i++)
      expect(await attempt(a, 'wrong')).toMatchObject({ reason: 'invalid_credentials' })
    expect(await attempt(a, RIGHT)).toMatchObject({ reason: 'too_many_attempts' })
  })

  test('CLUSTER-113 an address that is banned at one node is not let in by another, until the ban is lifted at any', async () => {
    const { a, b } = await openHouse()
    expect(await turnedAway(b)).toBeUndefined()
    expect((await ctl(a.daemon, ['bans', 'add', '127.0.0.1', '--seconds', '600'])).code).toBe(0)
    for (const node of [a, b]) await expect.poll(() => turnedAway(node)).toBe('address_banned')
    expect((await ctl(b.daemon, ['bans', 'list'])).out).toMatch(/^ADDRESS .*\n127\.0\.0\.1 +(600|59\d)\n$/)
    await b.daemon.stop('SIGKILL')
    await b.start()
    expect(await turnedAway(b)).toBe('address_banned')
    expect((await ctl(b.daemon, ['bans', 'lift', '127.0.0.1'])).code).toBe(0)
    for (const node of [a, b]) await expect.poll(() => turnedAway(node)).toBeUndefined()
  })

  test('CLUSTER-113 whoever floods one node is not let in by the other', async () => {
    const { a, b } = await openHouse()
    const flood = await connect(a, [])
    for (let i = 0; i < 2000; i++) flood.send(T.HEARTBEAT, { timestamp: i })
    await flood.untilClosed()
    await expect.poll(() => turnedAway(b)).toBe('address_banned')
  })
})
