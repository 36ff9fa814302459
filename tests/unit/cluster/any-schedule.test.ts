import fc from 'fast-check'
import { test } from 'vitest'
import { Nodes } from './model/nodes.ts'
import { schedule } from './model/schedule.ts'

test('CLUSTER-20 whatever three nodes and six people do, and whenever each node hears of it, nothing is lost, doubled or one-sided', async () => {
  const sum = { resumed: 0, elsewhere: 0, resent: 0, heard: 0 }
  await fc.assert(
    fc.asyncProperty(schedule, async ({ seed, deeds }) => {
      const nodes = new Nodes(seed)
      await nodes.open()
      for (const deed of deeds) await nodes.perform(deed)
      await nodes.checkEnd()
      for (const { resumed, elsewhere, resent, heard } of nodes.people) {
        sum.resumed += resumed
        sum.elsewhere += elsewhere
        sum.resent += resent
        sum.heard += heard
      }
    }),
    {
      ...(process.env.SEED
        ? { seed: Number(process.env.SEED), path: process.env.FCPATH ?? '', endOnFailure: true }
        : {}),
      interruptAfterTimeLimit: 60_000,
      numRuns: Number(process.env['RUNS'] ?? 300),
    },
  )
  console.log(sum)
}, 300_000)
