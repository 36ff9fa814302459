import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { canRun } from '../program.ts'
import { commitOf, joinNode, openBox, postOf } from './nodes.ts'

const ends = endsAfterEach()

async function twoNodes() {
  const { url, ask } = await startRedis(ends)
  const a = await joinNode(ends, { url, node: 'a' })
  const b = await joinNode(ends, { url, node: 'b' })
  return { url, ask, a, b }
}

describe.skipIf(!canRun('redis-server'))('what nodes commit', () => {
  test('CLUSTER-1 every node hears of a commit, the one that made it as well, and a later one finds all of it', async () => {
    const { url, a, b } = await twoNodes()
    const commit = commitOf({
      touches: ['call:1', 'user:2'],
      writes: new Map([
        ['call:1', '{"x":"ü"}'],
        ['call:0', undefined],
      ]),
      boxes: [openBox('s1', 'hash1'), { kind: 'owe', sessions: ['s1', 'unknown'], entry: 'hello' }],
      news: 'somebody calls',
    })
    expect(await a.state.commit(commit)).toBe('committed')
    for (const node of [a, b]) {
      await expect.poll(node.commits).toEqual([
        {
          id: commit.id,
          origin: 'a',
          version: 1,
          touches: ['call:1', 'user:2'],
          forgets: [],
          writes: commit.writes,
          news: 'somebody calls',
        },
      ])
    }
    expect(await b.state.box('s1')).toEqual({
      tokens: { current: 'hash1', previous: undefined },
      received: 0,
      firstSeq: 1,
      entries: ['hello'],
      unsentFrom: undefined,
    })
    expect(await b.state.box('unknown')).toBeUndefined()
    expect(await b.state.findToken('hash1')).toEqual({ session: 's1' })
    expect(await b.state.findToken('other')).toBeUndefined()

    const c = await joinNode(ends, { url, node: 'c' })
    expect(c.heard[0]).toEqual({
      what: 'begin',
      whole: {
        versions: new Map([
          ['call:1', 1],
          ['user:2', 1],
        ]),
        records: new Map([['call:1', '{"x":"ü"}']]),
        nodes: ['a', 'b', 'c'],
      },
    })
    await expect.poll(a.live).toEqual(['a', 'b', 'c'])
  })

  test('CLUSTER-2 a commit that read what has changed since is a conflict, and nothing of it is there', async () => {
    const { a, b, ask } = await twoNodes()
    await a.state.commit(
      commitOf({ touches: ['k'], writes: new Map([['k', 'first']]), boxes: [openBox('s')] }),
    )
    const before = await ask('DEBUG', 'DIGEST').catch(() => ask('HGETALL', '{test}:records'))
    const late = {
      reads: new Map([['k', 0]]),
      touches: ['k', 'l'],
      writes: new Map([['l', 'second']]),
      boxes: [{ kind: 'owe', sessions: ['s'], entry: 'x' } as const],
    }
    expect(await b.state.commit(commitOf(late))).toBe('conflict')
    // An outbox that has grown is one as well.
    const attach = { kind: 'attach', session: 's', tokens: { current: 't', previous: undefined } } as const
    const stale = { ...attach, expectedNext: 2, firstSeq: 2, entries: [] }
    expect(await b.state.commit(commitOf({ touches: ['k'], boxes: [stale] }))).toBe('conflict')
    const more = { ...stale, expectedNext: 1, expectedReceived: 1 }
    expect(await b.state.commit(commitOf({ touches: ['k'], boxes: [more] }))).toBe('conflict')
    expect(await ask('DEBUG', 'DIGEST').catch(() => ask('HGETALL', '{test}:records'))).toEqual(before)
    expect(await b.state.commit(commitOf({ ...late, reads: new Map([['k', 1]]) }))).toBe('committed')
    await expect.poll(() => a.commits().length).toBe(2)
    expect(await a.state.box('s')).toMatchObject({ entries: ['x'] })
  })

  test('CLUSTER-3 a post reaches the node that holds the session, in order, and its box, wherever the sender thinks it is', async () => {
    const { a, b } = await twoNodes()
    const writes = new Map(['s', 't', 'plain'].map((session) => [`s:${session}`, '{}']))
    await b.state.commit(commitOf({ writes, boxes: [openBox('s'), openBox('t')] }))
    await a.state.post([postOf('b', 's', 'one', { kind: 'took', session: 't', count: 2 })])
    await Promise.all([
      a.state.post([
        postOf('a', 's', 'two'),
        { to: undefined, boxes: [{ kind: 'took', session: 't', count: 1 }] },
      ]),
      a.state.post([
        postOf('nobody', 's', 'three'),
        { to: { node: 'b', session: 'guest', entry: 'four' }, boxes: [] },
        { to: { node: 'nobody', session: 'lost', entry: 'five' }, boxes: [] },
      ]),
    ])
    await expect.poll(b.posts).toEqual([
      ['s', 'one'],
      ['s', 'two'],
      ['s', 'three'],
      ['guest', 'four'],
    ])
    expect(await b.state.box('s')).toMatchObject({ firstSeq: 1, entries: ['one', 'two', 'three'] })
    expect(await b.state.box('t')).toMatchObject({ received: 3, entries: [] })
    expect(await b.state.box('guest')).toBeUndefined()

    const tokens = { current: 'x', previous: undefined }
    const attach = {
      kind: 'attach',
      session: 's',
      tokens,
      expectedNext: 4,
      firstSeq: 4,
      entries: [],
    } as const
    expect(await a.state.commit(commitOf({ boxes: [attach] }))).toBe('committed')
    await b.state.post([postOf('b', 's', 'six')])
    await expect.poll(a.posts).toEqual([['s', 'six']])
    // What the client of s had sent to b is not received: it is told so by a, and sends it again.
    const took = { kind: 'took', session: 's', count: 1 } as const
    const late = { ...postOf('b', 't', 'late', took), from: by('s') }
    await b.state.post([late, { ...postOf('b', 't', 'of others'), from: by('t') }])
    await a.state.post([{ ...postOf('b', 't', 'again', took), from: by('s') }])
    expect(await a.state.box('s')).toMatchObject({ received: 1 })

    const plain = (entry: string) => ({ ...postOf('b', 't', entry), from: by('plain') })
    await b.state.post([plain('in time')])
    // Its session ends: what its client has sent before is not to come after what it sends by the next one.
    await a.state.commit(commitOf({ writes: new Map([['s:plain', undefined]]) }))
    await b.state.post([plain('too late')])
    const kept = ['of others', 'again', 'in time']
    await expect.poll(() => b.posts().slice(-3)).toEqual(kept.map((entry) => ['t', entry]))

    await b.state.leave()
    await a.state.post([postOf('b', 't', 'seven')])
    expect(await a.state.box('t')).toMatchObject({ entries: [...kept, 'seven'] })
  })

  test('CLUSTER-4 an outbox is bounded, acknowledged, taken over and ended, and its tokens are known to the last', async () => {
    const { url } = await startRedis(ends)
    const a = await joinNode(ends, { url, maxOutbox: { entries: 3, bytes: 20 } })
    const { state } = a
    await state.commit(commitOf({ boxes: [openBox('s', 'one')] }))
    for (const entry of ['1', '2', '3', '4']) await state.post([postOf('a', 's', entry)])
    expect(await state.box('s')).toMatchObject({ firstSeq: 2, entries: ['2', '3', '4'] })
    await state.post([{ to: undefined, boxes: [{ kind: 'acknowledge', session: 's', seq: 2 }] }])
    await state.post([{ to: undefined, boxes: [{ kind: 'acknowledge', session: 's', seq: 1 }] }])
    expect(await state.box('s')).toMatchObject({ firstSeq: 3, entries: ['3', '4'] })
    await state.post([postOf('a', 's', 'x'.repeat(19))])
    expect(await state.box('s')).toMatchObject({ firstSeq: 4, entries: ['4', 'x'.repeat(19)] })
    await state.post([{ to: undefined, boxes: [{ kind: 'acknowledge', session: 's', seq: 99 }] }])
    expect(await state.box('s')).toMatchObject({ firstSeq: 6, entries: [] })

    expect((await state.box('s'))?.unsentFrom).toBeUndefined()
    await state.commit(commitOf({ boxes: [{ kind: 'detach', session: 's' }] }))
    expect(await state.box('s')).toMatchObject({ unsentFrom: 6 })
    const attach = { kind: 'attach', session: 's', expectedNext: 6, firstSeq: 7 } as const
    const tokens = { current: 'two', previous: 'one' }
    await state.commit(
      commitOf({ boxes: [{ ...attach, tokens, expectedReceived: 0, entries: ['seven', 'eight'] }] }),
    )
    const entries = ['seven', 'eight']
    expect(await state.box('s')).toEqual({ tokens, received: 0, firstSeq: 7, entries, unsentFrom: undefined })
    await state.commit(
      commitOf({ boxes: [{ kind: 'tokens', session: 's', tokens: { current: 'three', previous: 'two' } }] }),
    )
    expect(await state.findToken('one')).toEqual({ spent: 'replaced' })
    expect(await state.findToken('two')).toEqual({ session: 's' })
    await state.commit(commitOf({ boxes: [{ kind: 'end', session: 's', why: 'expired' }] }))
    expect(await state.findToken('two')).toEqual({ spent: 'expired' })
    expect(await state.findToken('three')).toEqual({ spent: 'expired' })
    expect(await state.box('s')).toBeUndefined()
    await state.commit(commitOf({ boxes: [openBox('u', 'four')] }))
    await state.commit(commitOf({ boxes: [{ kind: 'end', session: 'u', why: 'unknown' }] }))
    expect(await state.findToken('four')).toBeUndefined()
  })

  test('CLUSTER-5 a node that leaves is gone for the others at once, and may come back by the same name', async () => {
    const { url, a, b } = await twoNodes()
    const posts = ['one', 'two'].map((entry) => b.state.post([postOf('a', 'guest', entry)]))
    await b.state.leave()
    await Promise.all(posts)
    await expect.poll(a.live).toEqual(['a'])
    expect(a.posts()).toEqual([
      ['guest', 'one'],
      ['guest', 'two'],
    ])
    await expect(b.state.commit(commitOf())).rejects.toThrow('has left')
    await joinNode(ends, { url, node: 'b' })
    await expect.poll(a.live).toEqual(['a', 'b'])
    expect(a.state.leaseLeftMs()).toBeGreaterThan(0)
    expect(Math.abs(a.state.nowMs() - Date.now())).toBeLessThan(1000)
  })

  test('CLUSTER-86 what was read holds until somebody else commits to it', async () => {
    const redis = await startRedis(ends)
    const { state } = await joinNode(ends, { url: redis.url })
    await state.commit(commitOf({ touches: ['k', 'gone'] }))
    await state.commit(commitOf({ touches: ['gone'], forgets: ['gone'] }))
    const holds = (reads: readonly (readonly [string, number])[]) => state.holds(new Map(reads))
    expect(await holds([])).toBe(true)
    expect(
      await holds([
        ['k', 1],
        ['gone', 0],
        ['never', 0],
      ]),
    ).toBe(true)
    expect(await holds([['k', 0]])).toBe(false)
    expect(
      await holds([
        ['k', 1],
        ['gone', 1],
      ]),
    ).toBe(false)
    await state.commit(commitOf({ touches: ['k'] }))
    expect(await holds([['k', 1]])).toBe(false)
  })

  test('CLUSTER-68 what is counted instead of a commit counts where it was not done, and then it never is', async () => {
    const { a, b } = await twoNodes()
    const opened = commitOf({ boxes: [openBox('s')] })
    await a.state.commit(opened)
    const insteadOf = (id: string) => [
      { to: undefined, boxes: [{ kind: 'took', session: 's', count: 1, insteadOf: id } as const] },
    ]
    await a.state.post(insteadOf(opened.id))
    expect(await a.state.box('s')).toMatchObject({ received: 0 })
    const refused = commitOf({ news: 'too late' })
    await a.state.post(insteadOf(refused.id))
    await a.state.commit(refused)
    await b.state.commit(commitOf({ news: 'the end' }))
    expect(await a.state.box('s')).toMatchObject({ received: 1 })
    await expect.poll(() => b.commits().map(({ news }) => news)).toEqual(['', 'the end'])
  })
})

/** Whose client has sent it. */
function by(session: string) {
  return { session, record: `s:${session}` }
}
