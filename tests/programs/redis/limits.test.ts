import { describe, expect, test } from 'vitest'
import type {
  BackoffTimes,
  SharedAttempt,
  SharedBan,
  SharedFailures,
} from '../../../src/application/ports/shared-limits.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { canRun } from '../program.ts'
import { joinNode, makeNode, type TestNode } from './nodes.ts'

const ends = endsAfterEach()

const TIMES: BackoffTimes = { free: 2, freePerAddress: 4, firstMs: 60_000, longestMs: 100_000 }

const HOME = '192.0.2.1'

/** More than a node keeps of anything. */
const MANY = 100_001

async function twoNodes(redis: RedisServer): Promise<readonly [TestNode, TestNode]> {
  return [
    await joinNode(ends, { url: redis.url, node: 'a' }),
    await joinNode(ends, { url: redis.url, node: 'b' }),
  ]
}

/** Undefined where the attempt has to wait. */
async function attempt(
  { state }: TestNode,
  username: string,
  address = HOME,
): Promise<SharedAttempt | undefined> {
  const begun = await state.limits.failures.begin(address, username, TIMES)
  return typeof begun === 'number' ? undefined : begun
}

async function failAt(node: TestNode, username: string, address = HOME): Promise<void> {
  const begun = await attempt(node, username, address)
  if (begun === undefined) throw new Error('it has to wait')
  begun.failed()
}

const waitOf = (failures: SharedFailures, username: string, address = HOME) =>
  failures.begin(address, username, TIMES)

/** How often scripts have run. */
async function scriptsRun(redis: RedisServer): Promise<number> {
  const stats = String(await redis.ask('INFO', 'commandstats'))
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0)
}

describe.skipIf(!canRun('redis-server'))('limits of all nodes, in Redis', () => {
  test('CLUSTER-110 who fails at one node and another waits at both, twice as long after each failure', async () => {
    const redis = await startRedis(ends)
    const [a, b] = await twoNodes(redis)
    for (const node of [a, b, a]) await failAt(node, 'alice')
    for (const { state } of [a, b]) {
      const wait = await waitOf(state.limits.failures, 'alice')
      expect(wait).toBeGreaterThan(55_000)
      expect(wait).toBeLessThanOrEqual(60_000)
    }
    // Nobody locks her out from elsewhere, nor others where she has failed.
    expect(await attempt(b, 'alice', '192.0.2.2')).toBeDefined()
    expect(await attempt(b, 'bob')).toBeDefined()
  })

  test('CLUSTER-110 a success at one node forgives at all, and is remembered where the address fails', async () => {
    const redis = await startRedis(ends)
    const [a, b] = await twoNodes(redis)
    await failAt(a, 'alice')
    await failAt(b, 'alice')
    const right = await attempt(a, 'alice')
    right?.succeeded()
    for (const name of ['u', 'v', 'w']) await failAt(a, name)
    expect(await waitOf(b.state.limits.failures, 'z')).toBeGreaterThan(55_000)
    expect(await b.state.limits.failures.failedOf(HOME, TIMES)).toBeGreaterThan(55_000)
    for (let i = 0; i < 3; i++) await failAt(b, 'alice')
    expect(await waitOf(a.state.limits.failures, 'alice')).toBeGreaterThan(55_000)
  })

  test('CLUSTER-110 what names nobody counts for its address, and what was never looked at for nobody', async () => {
    const redis = await startRedis(ends)
    const [a, b] = await twoNodes(redis)
    await failAt(a, 'alice')
    for (let i = 0; i < 5; i++) (await attempt(a, 'alice'))?.cancelled()
    for (let i = 0; i < 4; i++) expect(await b.state.limits.failures.failedOf(HOME, TIMES)).toBe(0)
    expect(await a.state.limits.failures.failedOf(HOME, TIMES)).toBeGreaterThan(55_000)
  })

  test('CLUSTER-110 many tries at once at several nodes are no way round', async () => {
    const redis = await startRedis(ends)
    const nodes = await twoNodes(redis)
    await failAt(nodes[0], 'alice')
    const tries = await Promise.all(
      Array.from({ length: 20 }, (_, i) => attempt(nodes[i % 2] ?? nodes[0], 'alice')),
    )
    expect(tries.filter((one) => one !== undefined).length).toBe(TIMES.free)
  })

  test('CLUSTER-111 a login without failures costs one command that writes nothing, and the first one another', async () => {
    const redis = await startRedis(ends)
    const [a] = await twoNodes(redis)
    const spent = async (act: () => Promise<unknown>) => {
      const before = await scriptsRun(redis)
      await act()
      // Its outcome is sent without waiting: the next question comes behind it.
      await a.state.holds(new Map([['k', 0]]))
      return (await scriptsRun(redis)) - before
    }
    const logIn = async () => (await attempt(a, 'alice'))?.succeeded()
    // A lease may be renewed meanwhile.
    expect(await spent(logIn)).toBeGreaterThanOrEqual(2)
    const kept = await redis.ask('HGETALL', '{test}:failures')
    await expect.poll(() => spent(logIn)).toBe(1)
    expect(await redis.ask('HGETALL', '{test}:failures')).toEqual(kept)
  })

  test('CLUSTER-111 what is kept is bounded, says no name and no address, and goes by itself', async () => {
    const redis = await startRedis(ends)
    const [a] = await twoNodes(redis)
    await failAt(a, 'hunter2')
    await expect.poll(() => redis.ask('HLEN', '{test}:failures')).toBe(2)
    const kept = JSON.stringify(await redis.ask('HGETALL', '{test}:failures'))
    expect(kept).not.toMatch(/hunter2|192\.0\.2/)
    expect(await redis.ask('PTTL', '{test}:failures')).toBeGreaterThan(0)
    const filled = `
      local later = redis.call('TIME')[1] * 1000 + 50000
      for i = 1, ${MANY} do
        redis.call('HSET', '{test}:failures', i, '1 ' .. later .. ' 0')
        redis.call('ZADD', '{test}:failures-ends', later, i)
      end`
    await redis.ask('EVAL', filled, '0')
    const before = Number(await redis.ask('HLEN', '{test}:failures'))
    await failAt(a, 'bob')
    await expect.poll(() => redis.ask('HLEN', '{test}:failures')).toBe(before - 1)
    expect(await redis.ask('ZCARD', '{test}:failures-ends')).toBe(before - 1)
  })

  test('CLUSTER-112 where Redis does not answer, a login is held up for half a second at most', async () => {
    const redis = await startRedis(ends)
    const [a] = await twoNodes(redis)
    redis.pause()
    expect(await attempt(a, 'alice')).toBeDefined()
    redis.goOn()
    await redis.kill()
    expect(await attempt(a, 'alice')).toBeDefined()
    expect(await a.state.limits.failures.failedOf(HOME, TIMES)).toBe(0)
  })

  test('CLUSTER-113 a ban is told to all nodes, also to one that joins later, as it is after the last change', async () => {
    const redis = await startRedis(ends)
    const [a, b] = await twoNodes(redis)
    const heardAt = (node: TestNode) => {
      const heard: SharedBan[] = []
      node.state.limits.bans.follow((ban) => heard.push(ban))
      return heard
    }
    const [atA, atB] = [heardAt(a), heardAt(b)]
    const soon = Math.ceil(a.state.nowMs()) + 60_000
    const ban = (untilMs: number, times: number): SharedBan => ({ address: HOME, untilMs, times })
    a.state.limits.bans.tell(ban(soon, 1), soon)
    for (const heard of [atA, atB]) await expect.poll(() => heard).toEqual([ban(soon, 1)])
    b.state.limits.bans.tell(ban(soon + 1, 2), soon + 1)
    for (const heard of [atA, atB]) await expect.poll(() => heard.at(-1)).toEqual(ban(soon + 1, 2))

    const late = makeNode(ends, { url: redis.url, node: 'late' })
    const atLate = heardAt(late)
    await late.state.join(late.follower)
    expect(atLate).toEqual([ban(soon + 1, 2)])
    expect(await redis.ask('PTTL', '{test}:bans')).toBeLessThanOrEqual(60_001)
  })

  test('CLUSTER-113 a ban that is pronounced while Redis is away is told when it is back', async () => {
    const redis = await startRedis(ends, { options: ['--appendonly', 'yes'] })
    const [a, b] = await twoNodes(redis)
    const heard: SharedBan[] = []
    b.state.limits.bans.follow((ban) => heard.push(ban))
    await redis.kill()
    const soon = Math.ceil(a.state.nowMs()) + 60_000
    a.state.limits.bans.tell({ address: HOME, untilMs: soon, times: 1 }, soon)
    await redis.start()
    await expect.poll(() => heard).toEqual([{ address: HOME, untilMs: soon, times: 1 }])
  })
})
