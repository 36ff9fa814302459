import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Nodes } from './model/nodes.ts'
import { schedule } from './model/schedule.ts'

test('CLUSTER-27 whatever three nodes and six people do, and whenever each node hears of it, nothing is lost, doubled or one-sided', async () => {
  const sum = { resumed: 0, elsewhere: 0, resent: 0, heard: 0 }
  const numRuns = 80
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
    { numRuns },
  )
  // Where it does not happen, it proves nothing. By experience it happens twice as often, and more.
  expect(sum.resumed).toBeGreaterThan(numRuns * 6)
  expect(sum.elsewhere).toBeGreaterThan(numRuns * 5)
  expect(sum.heard).toBeGreaterThan(numRuns * 3)
  expect(sum.resent).toBeGreaterThan(numRuns / 6)
}, 120_000)
