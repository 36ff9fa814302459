import { describe, expect, test } from 'vitest'
import { summary } from '../../support/cluster/absences.ts'
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

/** `CLUSTER_PAIRS=500` for the long run. */
const PAIRS = Number(process.env['CLUSTER_PAIRS'] ?? 100)

/** As many leave in a second whatever their number: how fast they can come back is another question. */
const LEAVE_MS = PAIRS * 10

/** From the client's try to its session: far more than that takes, even where others use the machine too. */
const LONGEST_TRY_MS = 5000

describe.skipIf(!canRun('redis-server'))('a rolling restart', () => {
  test(
    'CLUSTER-80 loses no call and no signal, and everybody is back with the first try',
    { timeout: 300_000 },
    async () => {
      const redis = await startRedis(ends)
      const nodes = await startNodes(ends, ['a', 'b', 'c'], {
        redisUrl: redis.url,
        postgresUrl: await postgres().createDatabase(),
        config: { drain: { grace_ms: 500, window_ms: LEAVE_MS } },
      })
      const balancer = await startBalancer(
        ends,
        nodes.map(({ port }) => port),
      )
      const conversations = await converse(ends, balancer.port, PAIRS)
      const parties = conversations.flatMap((one) => one.parties)
      const silence = talk(conversations, 500, { hold: true })
      for (const node of nodes) {
        const { daemon } = node
        expect(await daemon.stop()).toBe(0)
        expect(logged(daemon, /fault|could not/)).toEqual([])
        await node.start()
        await expect.poll(() => parties.filter(({ absences }) => absences.isAway()).length).toBe(0)
      }
      silence()
      await expectWhole(conversations)
      const absences = parties.flatMap((party) => party.absences.over)
      console.info(
        `${PAIRS} pairs: ${(['ms', 'tries', 'lastTryMs'] as const).map((of) => summary(absences, of)).join('; ')}`,
      )
      // Everybody was at some node, and each of them has gone.
      expect(absences.length).toBeGreaterThanOrEqual(parties.length)
      expect(absences.filter(({ tries, lastTryMs }) => tries > 1 || lastTryMs > LONGEST_TRY_MS)).toEqual([])
      for (const { daemon } of nodes) expect(logged(daemon, /fault|could not|taken for dead/)).toEqual([])
    },
  )
})
