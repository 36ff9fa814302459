import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startBalancer } from '../../support/cluster/balancer.ts'
import { converse, expectWhole, talk } from '../../support/cluster/conversations.ts'
import { startNodes } from '../../support/cluster/node-process.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { logged } from '../../support/programs/spawned-daemon.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const ends = endsAfterEach()

const PAIRS = Number(process.env['CLUSTER_PAIRS'] ?? 10)

describe.skipIf(!canRun('redis-server'))('Redis is killed and comes back empty', () => {
  test(
    'CLUSTER-120 nobody is dropped, all calls go on, and what is said meanwhile comes once and in order, also where a node is killed afterwards',
    { timeout: 120_000 },
    async () => {
      const redis = await startRedis(ends)
      const nodes = await startNodes(ends, ['a', 'b', 'c'], {
        redisUrl: redis.url,
        postgresUrl: await postgres().createDatabase(),
      })
      const balancer = await startBalancer(
        ends,
        nodes.map(({ port }) => port),
      )
      const conversations = await converse(ends, balancer.port, PAIRS)
      const early = talk(conversations, 300, { hold: true })
      await pause(1000)
      early()
      // What is on its way when Redis dies may be lost; see CLUSTER-121.
      await pause(500)
      await redis.kill()
      const silence = talk(conversations, 300, { hold: true })
      await pause(2000)
      await redis.start()
      await pause(3000)
      const talkers = conversations.flatMap(({ parties }) => parties)
      expect(talkers.flatMap(({ absences }) => absences.over)).toEqual([])
      await nodes[0]?.daemon.stop('SIGKILL')
      await pause(1000)
      silence()
      await expectWhole(conversations)
      for (const { daemon } of nodes) {
        expect(logged(daemon, /taken for dead|fault/)).toEqual([])
        expect(logged(daemon, /it has back what nodes held/)).toHaveLength(1)
      }
    },
  )
})
