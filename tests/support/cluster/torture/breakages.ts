import { setTimeout as pause } from 'node:timers/promises'
import type { Dice } from '../../dice.ts'
import type { RedisServer } from '../../programs/redis-server.ts'
import type { BreakableNode } from './breakable-node.ts'

interface Parts {
  readonly dice: Dice
  readonly redis: RedisServer
  readonly nodes: readonly BreakableNode[]
  readonly nodeTimeoutMs: number
  readonly report: (kind: string, what: string) => void
}

/**
 * Breaks something, as chance has it, and mends it. Several may be under way at once, each with a node of its own or with
 * Redis.
 */
export function makeBreak({ dice, redis, nodes, nodeTimeoutMs, report }: Parts): () => Promise<void> {
  const longMs = (): number => nodeTimeoutMs + dice.between(500, 3000)
  const busy = new Set<BreakableNode | RedisServer>()

  const ofNodes: readonly ((node: BreakableNode) => Promise<void>)[] = [
    async (node) => {
      report('kill -9 of a node', `${node.name} killed`)
      await node.kill()
      await pause(dice.pick([0, 500, longMs()]))
      await node.start()
    },
    async (node) => {
      const forMs = dice.pick([longMs(), longMs(), dice.between(100, nodeTimeoutMs)])
      report('a node stopped and continued', `${node.name} stopped for ${forMs} ms`)
      node.pause()
      await pause(forMs)
      node.goOn()
    },
    async (node) => {
      const forMs = dice.pick([0, 0, 100, longMs()])
      report('a node cut off from Redis', `${node.name} cut off from Redis for ${forMs} ms`)
      node.toRedis.cut()
      await pause(forMs)
      node.toRedis.mend()
    },
    async (node) => {
      const forMs = dice.pick([100, 500, longMs()])
      report('a node that hears nothing of Redis', `${node.name} hears nothing of Redis for ${forMs} ms`)
      node.toRedis.hold()
      await pause(forMs)
      node.toRedis.letGo()
    },
    async (node) => {
      report('a node restarted in good order', `${node.name} restarted in good order`)
      await node.leave()
      await node.start()
    },
  ]
  const ofRedis: readonly (() => Promise<void>)[] = [
    async () => {
      const forMs = dice.pick([0, 1000])
      report('kill -9 of Redis', `Redis killed, and started after ${forMs} ms`)
      await redis.kill()
      await pause(forMs)
      await redis.start()
    },
    async () => {
      const forMs = dice.pick([200, 2000])
      report('Redis stopped and continued', `Redis stopped for ${forMs} ms`)
      redis.pause()
      await pause(forMs)
      redis.goOn()
    },
  ]

  return async () => {
    if (dice.between(1, 4) === 1) {
      await alone(redis, dice.pick(ofRedis))
      return
    }
    const node = dice.pick(nodes)
    const way = dice.pick(ofNodes)
    await alone(node, () => way(node))
  }

  async function alone(what: BreakableNode | RedisServer, way: () => Promise<void>): Promise<void> {
    if (busy.has(what)) return
    busy.add(what)
    await way()
    busy.delete(what)
  }
}
