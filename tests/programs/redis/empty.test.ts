import { describe, expect, test } from 'vitest'
import type { BoxUpdate } from '../../../src/application/ports/shared-state.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { startCuttingProxy } from '../browser/app/cutting-proxy.ts'
import { canRun } from '../program.ts'
import { commitOf, type Heard, joinNode, type NodeOptions, openBox, postOf } from './nodes.ts'

const ends = endsAfterEach()

const HERE = 'is here'

/** A node that keeps a copy of all that it hears of, and the box of one session. */
async function joinHolder(options: NodeOptions & { readonly node: string }) {
  const versions = new Map<string, number>()
  const records = new Map<string, string>()
  const homes = new Map<string, string>()
  const entries: string[] = []
  const session = `of-${options.node}`
  const listen = (one: Heard): void => {
    if (one.what === 'begin') {
      for (const table of [versions, records]) table.clear()
      for (const [key, version] of one.whole.versions) versions.set(key, version)
      for (const [key, value] of one.whole.records) records.set(key, value)
    } else if (one.what === 'committed') {
      for (const key of one.commit.touches) versions.set(key, one.commit.version)
      for (const [key, value] of one.commit.writes) records.set(key, value ?? '')
    } else if (one.what === 'posted') entries.push(one.entry)
    for (const [node, value] of records) if (value === HERE) homes.set(`of-${node}`, node)
  }
  const node = await joinNode(ends, options, listen, () => {
    const tokens = { current: `token-${options.node}`, previous: undefined }
    const boxes: readonly BoxUpdate[] = [
      { kind: 'open', session, tokens },
      { kind: 'attach', session, tokens, expectedNext: 1, firstSeq: 1, entries: [...entries] },
    ]
    return { versions: new Map(versions), records: new Map(records), boxes, homes }
  })
  await node.state.commit(
    commitOf({
      touches: [options.node],
      writes: new Map([[options.node, HERE]]),
      boxes: [openBox(session)],
    }),
  )
  // It has nothing before it has heard of that.
  await expect.poll(() => records.has(options.node)).toBe(true)
  return { ...node, session, entries, versions, records }
}

const gapsOf = ({ heard }: { readonly heard: readonly Heard[] }) =>
  heard.flatMap((one) => (one.what === 'gaps' ? [...one.sessions] : []))

describe.skipIf(!canRun('redis-server'))('Redis loses everything', () => {
  test.each([
    ['FLUSHALL', (redis: Awaited<ReturnType<typeof startRedis>>) => redis.ask('FLUSHALL')],
    [
      'killed without a file',
      async (redis: Awaited<ReturnType<typeof startRedis>>) => {
        await redis.kill()
        await redis.start()
      },
    ],
  ])('CLUSTER-120 %s: nodes put back what they hold, and go on as if nothing had been', async (_, lose) => {
    const redis = await startRedis(ends)
    const a = await joinHolder({ url: redis.url, node: 'a' })
    const b = await joinHolder({ url: redis.url, node: 'b' })
    await a.state.post([postOf('b', b.session, 'before')])
    await expect.poll(() => b.entries).toEqual(['before'])
    await expect.poll(() => a.versions.get('b')).toBe(2)
    await lose(redis)
    const [commit, post] = [
      b.state.commit(commitOf({ reads: new Map([['a', 1]]), touches: ['a'] })),
      a.state.post([postOf('b', b.session, 'after')]),
    ]
    expect(await commit).toBe('committed')
    await post
    await expect.poll(() => b.entries).toEqual(['before', 'after'])
    await expect.poll(() => a.commits().at(-1)?.version).toBe(3)
    expect(await a.state.box(b.session)).toMatchObject({ firstSeq: 1, entries: ['before', 'after'] })
    expect(await a.state.findToken('token-b')).toEqual({ session: b.session })
    expect(await a.state.commit(commitOf({ reads: new Map([['a', 1]]) }))).toBe('conflict')
    const late = await joinNode(ends, { url: redis.url, node: 'late' })
    expect(late.heard[0]).toMatchObject({ whole: { records: b.records, versions: b.versions } })
    for (const node of [a, b]) expect([node.times('fenced'), node.times('begin')]).toEqual([0, 1])
    expect(gapsOf(a)).toEqual([])
    await expect.poll(() => a.state.leaseLeftMs()).toBeGreaterThan(0)
  })

  test('CLUSTER-120 a node hears from the others of a commit that it had not heard of, and CLUSTER-121 of what was posted to it alone nobody has a copy', async () => {
    const redis = await startRedis(ends)
    const proxy = await startCuttingProxy(ends, redis.port)
    const a = await joinHolder({ url: redis.url, node: 'a', nodeTimeoutMs: 6000 })
    const url = `redis://127.0.0.1:${proxy.port}`
    const b = await joinHolder({ url, node: 'b', nodeTimeoutMs: 6000, waitMs: 30_000 })
    await expect.poll(() => a.versions.get('b')).toBe(2)
    proxy.cut()
    const own = b.state.post([postOf('a', a.session, 'while it was cut off')])
    await a.state.commit(commitOf({ news: 'not heard', touches: ['k'], writes: new Map([['k', 'v']]) }))
    await a.state.post([postOf('b', b.session, 'lost')])
    await redis.ask('FLUSHALL')
    proxy.mend()
    await own
    await expect.poll(() => b.commits().map(({ news }) => news)).toEqual(['', 'not heard'])
    expect(await a.state.box(a.session)).toMatchObject({ entries: ['while it was cut off'] })
    await expect.poll(() => gapsOf(a)).toEqual([b.session])
    expect([b.times('fenced'), gapsOf(b)]).toEqual([0, []])
    expect(b.entries).toEqual([])
  })

  test('CLUSTER-121 who comes too late begins anew, and the others go on without it', async () => {
    const redis = await startRedis(ends)
    const proxy = await startCuttingProxy(ends, redis.port)
    const a = await joinHolder({ url: redis.url, node: 'a', nodeTimeoutMs: 2000 })
    const b = await joinHolder({ url: `redis://127.0.0.1:${proxy.port}`, node: 'b', nodeTimeoutMs: 2000 })
    await expect.poll(() => a.versions.get('b')).toBe(2)
    proxy.cut()
    await redis.ask('FLUSHALL')
    await a.state.commit(commitOf({ news: 'without it' }))
    await expect.poll(a.live).toEqual(['a'])
    expect([a.times('fenced'), gapsOf(a)]).toEqual([0, [b.session]])
    proxy.mend()
    await expect.poll(() => [b.times('fenced'), b.times('begin')]).toEqual([1, 2])
    await expect.poll(a.live).toEqual(['a', 'b'])
    expect(b.records.get('a')).toBe(HERE)
  })

  test('CLUSTER-120 a node that starts before the others are back gives way to them, as long as it has done nothing', async () => {
    const redis = await startRedis(ends)
    const proxy = await startCuttingProxy(ends, redis.port)
    const a = await joinHolder({ url: `redis://127.0.0.1:${proxy.port}`, node: 'a' })
    proxy.cut()
    await redis.ask('FLUSHALL')
    const early = await joinNode(ends, { url: redis.url, node: 'early' })
    proxy.mend()
    await expect
      .poll(() => early.heard.findLast(({ what }) => what === 'begin'))
      .toMatchObject({
        whole: { records: new Map([['a', HERE]]), nodes: ['a', 'early'] },
      })
    expect(await a.state.commit(commitOf({ reads: new Map([['a', 1]]) }))).toBe('committed')
    expect(a.times('fenced')).toBe(0)
  })
})
