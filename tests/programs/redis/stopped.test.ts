import { describe, expect, test } from 'vitest'
import { Unavailable } from '../../../src/application/ports/shared-state-errors.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { canRun } from '../program.ts'
import { commitOf, joinNode, openBox, postOf } from './nodes.ts'
import { spawnNode } from './spawn-node.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('redis-server'))('a node that does not keep up', () => {
  test('CLUSTER-11 one that is stopped for longer than the timeout hands on nothing and writes nothing when it wakes', async () => {
    const { url } = await startRedis(ends)
    const a = await joinNode(ends, { url, node: 'a', nodeTimeoutMs: 3000 })
    const child = await spawnNode(ends, { url, node: 'b', nodeTimeoutMs: 1500 })
    await expect.poll(a.live).toEqual(['a', 'b'])
    await a.state.post([postOf('b', 's', 'before')])
    await expect.poll(child.said).toContain('posted before')
    child.signal('SIGSTOP')
    await a.state.post([postOf('b', 's', 'meanwhile')])
    child.commit('late')
    await expect.poll(a.live).toEqual(['a'])
    child.signal('SIGCONT')
    await expect.poll(child.said).toContain('refused late')
    await expect.poll(() => child.said().filter((what) => what === 'begin').length).toBe(2)
    expect(child.said()).toContain('fenced')
    expect(child.said()).not.toContain('posted meanwhile')
    expect(a.commits()).toEqual([])
    child.commit('again')
    await expect.poll(child.said).toContain('committed again')
    await expect.poll(() => a.commits().map(({ news }) => news)).toEqual(['again'])
  })

  test('CLUSTER-12 one that lets too much gather in its inbox is dropped, and begins anew', async () => {
    const { url, ask } = await startRedis(ends)
    const a = await joinNode(ends, { url, node: 'a', nodeTimeoutMs: 60_000, maxInboxBytes: 3e6 })
    const child = await spawnNode(ends, { url, node: 'b', nodeTimeoutMs: 60_000, maxInboxBytes: 3e6 })
    await expect.poll(a.live).toEqual(['a', 'b'])
    // What is read in time may be more than that altogether.
    for (let i = 0; i < 100; i += 1) {
      await a.state.post([postOf('b', 's', `${i} ${'x'.repeat(1e5)}`)])
      await expect.poll(() => child.said().filter((what) => what.startsWith('posted')).length).toBe(i + 1)
    }
    expect(a.live()).toEqual(['a', 'b'])
    child.signal('SIGSTOP')
    for (let i = 0; i < 40; i += 1) await a.state.post([postOf('b', 's', 'y'.repeat(1e5))])
    await expect.poll(a.live).toEqual(['a'])
    expect(await ask('EXISTS', '{test}:inbox:b', '{test}:member:b')).toBe(0)
    child.signal('SIGCONT')
    child.commit('more')
    await expect.poll(a.live).toEqual(['a', 'b'])
    await expect.poll(child.said).toContain('fenced')
  })

  test('CLUSTER-13 what waits for Redis is bounded in number and in time, and posts are kept in the end', async () => {
    const redis = await startRedis(ends)
    const { state, posts } = await joinNode(ends, {
      url: redis.url,
      nodeTimeoutMs: 10_000,
      waitMs: 1000,
      maxWaiting: { count: 10, bytes: 10_000 },
    })
    await state.commit(commitOf({ boxes: [openBox('s')] }))
    redis.pause()
    await expect(state.commit(commitOf({ touches: ['k'] }))).rejects.toThrow(Unavailable)
    await expect(state.box('s')).rejects.toThrow(Unavailable)
    const waiting = Array.from({ length: 10 }, (_, i) => state.post([postOf('a', 's', `${i}`)]))
    await expect(state.post([postOf('a', 's', 'too many')])).rejects.toThrow(Unavailable)
    await expect(state.commit(commitOf())).rejects.toThrow(Unavailable)
    redis.goOn()
    await Promise.all(waiting)
    await expect.poll(posts).toEqual(Array.from({ length: 10 }, (_, i) => ['s', `${i}`]))
    redis.pause()
    const large = state.post([postOf('a', 's', 'z'.repeat(20_000))])
    await expect(state.post([postOf('a', 's', 'too large')])).rejects.toThrow(Unavailable)
    redis.goOn()
    await large
  })

  test('CLUSTER-87 a commit that was refused while Redis hung is not carried out when Redis goes on', async () => {
    const redis = await startRedis(ends)
    const a = await joinNode(ends, { url: redis.url, nodeTimeoutMs: 10_000, waitMs: 500 })
    redis.pause()
    const late = Array.from({ length: 3 }, (_, i) => a.state.commit(commitOf({ news: `late ${i}` })))
    for (const commit of late) await expect(commit).rejects.toThrow(Unavailable)
    redis.goOn()
    expect(await a.state.commit(commitOf({ news: 'in time' }))).toBe('committed')
    await expect.poll(() => a.commits().map(({ news }) => news)).toEqual(['in time'])
  })
})
