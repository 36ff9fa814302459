import { describe, expect, test } from 'vitest'
import { Fenced } from '../../../src/application/ports/shared-state-errors.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { startCuttingProxy } from '../browser/app/cutting-proxy.ts'
import { canRun } from '../program.ts'
import { startLosingProxy } from './losing-proxy.ts'
import { commitOf, joinNode, openBox, postOf } from './nodes.ts'
import { spawnNode } from './spawn-node.ts'

const ends = endsAfterEach()

describe.skipIf(!canRun('redis-server'))('the lease of a node', () => {
  test('CLUSTER-6 a node that was cut off for too long is declared dead once, writes nothing more and begins anew', async () => {
    const redis = await startRedis(ends)
    const proxy = await startCuttingProxy(ends, redis.port)
    const url = `redis://127.0.0.1:${proxy.port}`
    const a = await joinNode(ends, { url: redis.url, node: 'a', nodeTimeoutMs: 2500 })
    const b = await joinNode(ends, { url: redis.url, node: 'b', nodeTimeoutMs: 2500 })
    const cut = await joinNode(ends, { url, node: 'cut', nodeTimeoutMs: 2500 })
    await a.state.commit(commitOf({ boxes: [openBox('s')] }))
    await expect.poll(() => cut.commits().length).toBe(1)

    proxy.cut()
    const lateCommit = cut.state.commit(commitOf({ touches: ['late'], writes: new Map([['late', 'x']]) }))
    const latePost = cut.state.post([postOf('a', 's', 'late')])
    lateCommit.catch(() => undefined)
    latePost.catch(() => undefined)
    await expect.poll(a.live).toEqual(['a', 'b'])
    await expect.poll(b.live).toEqual(['a', 'b'])
    expect(cut.state.leaseLeftMs()).toBeLessThanOrEqual(0)
    expect(cut.times('fenced')).toBe(0)
    await a.state.commit(commitOf({ touches: ['k'], writes: new Map([['k', 'while it was away']]) }))

    proxy.mend()
    await expect(lateCommit).rejects.toThrow(Fenced)
    await expect(latePost).rejects.toThrow(Fenced)
    await expect
      .poll(() => cut.heard.slice(-2))
      .toMatchObject([
        { what: 'fenced' },
        {
          what: 'begin',
          whole: { records: new Map([['k', 'while it was away']]), nodes: ['a', 'b', 'cut'] },
        },
      ])
    await expect.poll(a.live).toEqual(['a', 'b', 'cut'])
    expect(await a.state.box('s')).toMatchObject({ entries: [] })
    expect(a.posts()).toEqual([])
    for (const node of [a, b]) {
      const lists = node.heard.flatMap((one) => (one.what === 'nodes' ? [one.live.join()] : []))
      expect(lists.filter((list) => list === 'a,b').length).toBe(1 + (node === b ? 0 : 1))
    }
    expect(await cut.state.commit(commitOf({ reads: new Map([['k', 2]]) }))).toBe('committed')
  })

  test('CLUSTER-7 while Redis is silent for longer than the timeout nobody is declared dead, and what waits is done then', async () => {
    const redis = await startRedis(ends)
    const a = await joinNode(ends, { url: redis.url, node: 'a', nodeTimeoutMs: 2500 })
    const b = await joinNode(ends, { url: redis.url, node: 'b', nodeTimeoutMs: 2500 })
    await a.state.commit(commitOf({ boxes: [openBox('s')] }))
    redis.pause()
    const commit = a.state.commit(commitOf({ news: 'later' }))
    const post = b.state.post([postOf('a', 's', 'later')])
    await expect.poll(() => a.state.leaseLeftMs()).toBeLessThan(-2500)
    redis.goOn()
    expect(await commit).toBe('committed')
    await post
    await expect.poll(a.posts).toEqual([['s', 'later']])
    await expect.poll(() => b.commits().length).toBe(2)
    await expect.poll(() => a.state.leaseLeftMs()).toBeGreaterThan(0)
    for (const node of [a, b]) expect([node.live(), node.times('fenced')]).toEqual([['a', 'b'], 0])
  })

  test('CLUSTER-8 a second node of the same name is refused while the first one lives, also if both join at once', async () => {
    const { url } = await startRedis(ends)
    const joined = await Promise.allSettled([1, 2, 3].map(() => joinNode(ends, { url, nodeTimeoutMs: 1000 })))
    const refused = joined.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []))
    expect(refused.length).toBe(2)
    for (const reason of refused) expect(reason).toContain('cluster.node_name: another node is called a')
  })

  test('CLUSTER-8 a node that was killed joins again by its name, once its lease is over, and the others see that', async () => {
    const { url } = await startRedis(ends)
    // It looks after others too seldom to find this one dead.
    const a = await joinNode(ends, { url, node: 'a', nodeTimeoutMs: 60_000 })
    const child = await spawnNode(ends, { url, node: 'b', nodeTimeoutMs: 2000 })
    child.signal('SIGKILL')
    const { state, logged, live } = await joinNode(ends, { url, node: 'b', nodeTimeoutMs: 2000 })
    expect(logged.some((line) => line.startsWith('another node has this name'))).toBe(true)
    expect(live()).toEqual(['a', 'b'])
    await expect
      .poll(() => a.heard.flatMap((one) => (one.what === 'nodes' ? [one.live.join()] : [])))
      .toEqual(['a,b', 'a', 'a,b'])
    expect(await state.commit(commitOf())).toBe('committed')
  })

  test('CLUSTER-9 a node whose joining got no answer is in at the next attempt, and nobody has taken its name', async () => {
    const redis = await startRedis(ends)
    const proxy = await startLosingProxy(ends, redis.port)
    const { state, times } = await joinNode(ends, {
      url: `redis://127.0.0.1:${proxy.port}`,
      nodeTimeoutMs: 60_000,
    })
    await redis.ask('HDEL', '{test}:nodes', 'a')
    proxy.loseAnswerTo('EXEC')
    await expect(state.commit(commitOf())).rejects.toThrow(Fenced)
    await expect.poll(() => times('begin')).toBe(2)
    expect(proxy.lost()).toBe(1)
    expect(await state.commit(commitOf())).toBe('committed')
  })
})
