import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createDice, randomSeed } from '../../support/dice.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { startCutter } from '../clients/cutter.ts'
import { canRun } from '../program.ts'
import { startLosingProxy } from './losing-proxy.ts'
import { commitOf, joinNode, openBox, postOf } from './nodes.ts'

const ends = endsAfterEach()

const TIMES = 1000

describe.skipIf(!canRun('redis-server'))('a connection to Redis that is cut again and again', () => {
  test('CLUSTER-10 loses no commit and no post, carries none out twice, and keeps their order', async () => {
    const dice = createDice(randomSeed())
    const redis = await startRedis(ends)
    const cutter = await startCutter(ends, () => redis.port)
    const maxOutbox = { entries: 10 * TIMES, bytes: 1e9 }
    const url = `redis://127.0.0.1:${cutter.port}`
    const a = await joinNode(ends, { url, node: 'a', maxOutbox, waitMs: 60_000, nodeTimeoutMs: 10_000 })
    const b = await joinNode(ends, { url: redis.url, node: 'b', maxOutbox, nodeTimeoutMs: 10_000 })
    await b.state.commit(commitOf({ boxes: [openBox('s')] }))
    const done: Promise<unknown>[] = []
    const expected: string[] = []
    for (let i = 0; i < TIMES; i += 1) {
      const entry = `c${i} ${'x'.repeat(dice.between(0, 300))}`
      const boxes = [
        { kind: 'owe', sessions: ['s'], entry } as const,
        { kind: 'took', session: 's', count: 1 } as const,
      ]
      const [p, q] = [`p${i} ${'y'.repeat(dice.between(0, 300))}`, `q${i}`]
      done.push(a.state.commit(commitOf({ boxes, news: entry })).then((how) => expect(how).toBe('committed')))
      done.push(a.state.post([postOf('b', 's', p)]), a.state.post([postOf('b', 's', q)]))
      expected.push(entry, p, q)
      if (i % 10 === 0) cutter.cutAfter(dice.between(1, 5000))
      if (i % 5 === 0) await setImmediate()
      if (i % 50 === 0) await Promise.race(done.slice(-3))
    }
    await Promise.all(done)
    cutter.cutAfter(Infinity)
    expect(cutter.connections(), `seed ${dice.seed}`).toBeGreaterThan(20)
    const owed = await b.state.box('s')
    expect(owed?.received, `seed ${dice.seed}`).toBe(TIMES)
    expect(owed?.entries, `seed ${dice.seed}`).toEqual(expected)
    for (const node of [a, b]) {
      await expect
        .poll(
          () =>
            node
              .commits()
              .map(({ news }) => news)
              .slice(1),
          { message: `seed ${dice.seed}` },
        )
        .toEqual(expected.filter((_, i) => i % 3 === 0))
      expect(node.times('fenced')).toBe(0)
    }
    await expect
      .poll(() => b.posts().map(([, entry]) => entry), { message: `seed ${dice.seed}` })
      .toEqual(expected.filter((_, i) => i % 3 !== 0))
  })

  test('CLUSTER-10 what was carried out and got no answer is not carried out again', async () => {
    const redis = await startRedis(ends)
    const proxy = await startLosingProxy(ends, redis.port)
    const url = `redis://127.0.0.1:${proxy.port}`
    const { state, commits, posts } = await joinNode(ends, { url, nodeTimeoutMs: 20_000 })
    await state.commit(commitOf({ boxes: [openBox('s')] }))
    const reads = new Map([['k', 0]])
    proxy.loseAnswerTo('lost-commit')
    expect(await state.commit(commitOf({ reads, touches: ['k'], news: 'lost-commit' }))).toBe('committed')
    proxy.loseAnswerTo('lost-post')
    await state.post([postOf('a', 's', 'lost-post', { kind: 'took', session: 's', count: 1 })])
    expect(proxy.lost()).toBe(2)
    expect(await state.box('s')).toMatchObject({ received: 1, entries: ['lost-post'] })
    await state.post([postOf('a', 's', 'last')])
    await expect.poll(posts).toEqual([
      ['s', 'lost-post'],
      ['s', 'last'],
    ])
    expect(commits().map(({ news }) => news)).toEqual(['', 'lost-commit'])
  })
})
