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

/** `CLUSTER_PAIRS=1000` for the long run. */
const PAIRS = Number(process.env['CLUSTER_PAIRS'] ?? 100)

/** From the client's try to its session: far more than that takes, even where others use the machine too. */
const LONGEST_TRY_MS = 5000

describe.skipIf(!canRun('redis-server'))('a node that is killed', () => {
  test(
    'CLUSTER-81 all that can resume are back at the others at once, and no call and no signal is lost',
    { timeout: 300_000 },
    async () => {
      const redis = await startRedis(ends)
      const nodes = await startNodes(ends, ['a', 'b', 'c'], {
        redisUrl: redis.url,
        postgresUrl: await postgres().createDatabase(),
      })
      const [a, ...others] = nodes
      if (a === undefined) throw new Error('three nodes')
      const balancer = await startBalancer(
        ends,
        nodes.map(({ port }) => port),
      )
      for (const { port } of others) balancer.takeOut(port)
      const conversations = await converse(ends, balancer.port, PAIRS)
      const parties = conversations.flatMap((one) => one.parties)
      for (const { port } of others) balancer.putIn(port)
      const silence = talk(conversations, 500, { hold: true })
      await expect.poll(() => parties.every(({ said, heard }) => said > 2 && heard.length > 2)).toBe(true)
      await a.daemon.stop('SIGKILL')
      await expect
        .poll(() => parties.filter(({ absences: { over } }) => over.length > 0).length)
        .toBe(parties.length)
      silence()
      await expectWhole(conversations)
      const absences = parties.flatMap((party) => party.absences.over)
      console.info(
        `${parties.length} clients: ${(['ms', 'tries', 'lastTryMs'] as const).map((of) => summary(absences, of)).join('; ')}`,
      )
      expect(absences.length).toBe(parties.length)
      // A process that is killed closes one socket after the other: the first try may still be taken by the one that listens.
      expect(absences.filter(({ tries, lastTryMs }) => tries > 2 || lastTryMs > LONGEST_TRY_MS)).toEqual([])
      for (const { daemon } of others) expect(logged(daemon, /fault|could not|taken for dead/)).toEqual([])
    },
  )
})
