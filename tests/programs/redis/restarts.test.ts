import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { canRun } from '../program.ts'
import { Unavailable } from '../../../src/application/ports/shared-state-errors.ts'
import { startLosingProxy } from './losing-proxy.ts'
import { commitOf, joinNode, openBox, postOf } from './nodes.ts'

const ends = endsAfterEach()

const AOF = ['--appendonly', 'yes', '--appendfsync', 'always']

describe.skipIf(!canRun('redis-server'))('a Redis that is killed and started again', () => {
  test('CLUSTER-14 with an append-only file loses nothing that was acknowledged, and nobody is declared dead', async () => {
    const redis = await startRedis(ends, { options: AOF })
    const node = {
      url: redis.url,
      nodeTimeoutMs: 4000,
      waitMs: 60_000,
      maxOutbox: { entries: 1e6, bytes: 1e9 },
    }
    const a = await joinNode(ends, { ...node, node: 'a' })
    const b = await joinNode(ends, { ...node, node: 'b' })
    await b.state.commit(commitOf({ boxes: [openBox('s')] }))
    await a.state.commit(commitOf({ boxes: [openBox('t')] }))
    let isOver = false
    const write = async (from: typeof a, to: string, session: string): Promise<readonly string[]> => {
      const kept: string[] = []
      for (let i = 0; !isOver; i += 1) {
        const [post, news] = [`p${i}`, `c${i}`]
        await Promise.all([
          from.state.post([postOf(to, session, post)]),
          from.state.commit(commitOf({ news, boxes: [{ kind: 'owe', sessions: [session], entry: news }] })),
        ])
        kept.push(post, news)
      }
      return kept
    }
    const writers = [write(a, 'b', 's'), write(b, 'a', 't')]
    for (let times = 0; times < 3; times += 1) {
      const before = b.commits().length
      await expect.poll(() => b.commits().length).toBeGreaterThan(before + 20)
      await redis.kill()
      await redis.start()
    }
    const before = b.commits().length
    await expect.poll(() => b.commits().length).toBeGreaterThan(before + 20)
    isOver = true
    const [toS, toT] = await Promise.all(writers)
    expect(await a.state.box('s')).toMatchObject({ firstSeq: 1, entries: toS })
    expect(await a.state.box('t')).toMatchObject({ firstSeq: 1, entries: toT })
    await expect.poll(() => b.posts().map(([, entry]) => entry)).toEqual(toS?.filter((_, i) => i % 2 === 0))
    for (const { live, times, logged } of [a, b]) {
      expect([live(), times('fenced')]).toEqual([['a', 'b'], 0])
      expect(logged.filter((line) => line.startsWith('Redis is back')).length).toBeGreaterThan(0)
    }
  })

  test('CLUSTER-123 who does not know whether its commit was carried out when Redis was killed learns that it was', async () => {
    const redis = await startRedis(ends, { options: AOF })
    const proxy = await startLosingProxy(ends, redis.port)
    const node = { url: `redis://127.0.0.1:${proxy.port}`, nodeTimeoutMs: 4000, waitMs: 1000 }
    const a = await joinNode(ends, { ...node, node: 'a' })
    proxy.loseAnswerTo('the commit')
    const commit = a.state.commit(commitOf({ news: 'the commit' }))
    await expect.poll(proxy.lost).toBe(1)
    await redis.kill()
    const never = a.state.commit(commitOf({ news: 'never sent' }))
    await expect(never).rejects.toThrow(Unavailable)
    await pause(200)
    await redis.start()
    expect(await commit).toBe('committed')
    await expect.poll(() => a.commits().map(({ news }) => news)).toEqual(['the commit'])
  })

  test('CLUSTER-15 where it comes back as it was earlier, who knows better begins anew from what is there', async () => {
    const redis = await startRedis(ends)
    const node = { url: redis.url, nodeTimeoutMs: 4000 }
    const a = await joinNode(ends, { ...node, node: 'a' })
    const b = await joinNode(ends, { ...node, node: 'b' })
    const c = await joinNode(ends, { ...node, node: 'c' })
    const write = (value: string) =>
      commitOf({ touches: ['k'], writes: new Map([['k', value]]), boxes: [openBox('s')] })
    await a.state.commit(write('kept'))
    for (const { commits } of [a, b, c]) await expect.poll(() => commits().length).toBe(1)
    await redis.ask('SAVE')
    await b.state.post([postOf('c', 'guest', 'lost')])
    await expect.poll(c.posts).toEqual([['guest', 'lost']])
    await redis.kill()
    await redis.start()
    // a has heard nothing that is gone.
    for (const { times } of [b, c]) await expect.poll(() => [times('fenced'), times('begin')]).toEqual([1, 2])
    await expect.poll(a.live).toEqual(['a', 'b', 'c'])
    expect(a.times('fenced')).toBe(0)

    await redis.ask('SAVE')
    await a.state.commit(write('lost'))
    for (const { commits } of [a, b, c]) await expect.poll(() => commits().length).toBe(2)
    await redis.kill()
    await redis.start()
    for (const { times, heard } of [a, b, c]) {
      await expect.poll(() => times('fenced')).toBeGreaterThan(0)
      await expect
        .poll(() => heard.findLast((one) => one.what === 'begin'))
        .toMatchObject({ whole: { records: new Map([['k', 'kept']]), versions: new Map([['k', 1]]) } })
    }
  })

  test('CLUSTER-16 ten seconds of silence cost nobody its lease, and all that was asked for is done', async () => {
    const redis = await startRedis(ends, { options: AOF })
    const node = { url: redis.url, nodeTimeoutMs: 3000, waitMs: 30_000 }
    const nodes = [
      await joinNode(ends, { ...node, node: 'a' }),
      await joinNode(ends, { ...node, node: 'b' }),
      await joinNode(ends, { ...node, node: 'c' }),
    ]
    const [a] = nodes
    await a?.state.commit(commitOf({ boxes: [openBox('s')] }))
    await redis.kill()
    const done = nodes.flatMap(({ state }) => [
      state.commit(commitOf({ news: 'x' })),
      state.post([postOf('a', 's', state.node)]),
    ])
    await pause(10_000)
    await redis.start()
    await Promise.all(done)
    // Longer than a lease from now on: whoever did not come back would be found dead.
    await expect.poll(() => nodes.map(({ state }) => state.leaseLeftMs() > 0)).toEqual([true, true, true])
    await pause(4000)
    for (const { live, times, commits } of nodes) {
      expect([live(), times('fenced'), commits().length]).toEqual([['a', 'b', 'c'], 0, 4])
    }
    expect(
      a
        ?.posts()
        .map(([, entry]) => entry)
        .toSorted(),
    ).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['has no memory left', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    [
      'misses its replica',
      ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
      ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
    ],
    ['runs a long script', ['EVAL', 'while true do end', '0'], ['SCRIPT', 'KILL']],
    ['has forgotten the scripts', ['SCRIPT', 'FLUSH'], ['PING']],
  ])('CLUSTER-20 what is asked for while Redis %s is done once it can be', async (_, begin, end) => {
    const redis = await startRedis(ends, { options: ['--busy-reply-threshold', '100'] })
    const node = { url: redis.url, nodeTimeoutMs: 2000, waitMs: 60_000 }
    const [a, b] = [
      await joinNode(ends, { ...node, node: 'a' }),
      await joinNode(ends, { ...node, node: 'b' }),
    ]
    await b.state.commit(commitOf({ boxes: [openBox('s')] }))
    const began = redis.ask(...begin).catch(() => undefined)
    if (begin[0] !== 'EVAL') await began
    const done = Array.from({ length: 20 }, (_unused, i) => [
      a.state.commit(commitOf({ news: `${i}` })),
      a.state.post([postOf('b', 's', `${i}`)]),
    ])
    if (begin[0] !== 'SCRIPT') await expect.poll(() => a.state.leaseLeftMs()).toBeLessThan(0)
    await redis.ask(...end)
    await began
    await Promise.all(done.flat())
    const all = Array.from({ length: 20 }, (_unused, i) => `${i}`)
    await expect.poll(() => b.commits().map(({ news }) => news)).toEqual(['', ...all])
    await expect.poll(() => b.posts().map(([, entry]) => entry)).toEqual(all)
    expect(await a.state.box('s')).toMatchObject({ entries: all })
    for (const { times } of [a, b]) expect(times('fenced')).toBe(0)
  })
})
