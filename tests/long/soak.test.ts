import { expect, test } from 'vitest'
import { differences, soak } from '../../scripts/soak/soak.ts'
import { createDice, randomSeed } from '../support/dice.ts'

test('ATTACK-12 after seconds of churn handles and timers are as before, and a call beside it was never disturbed', async () => {
  const seed = randomSeed()
  const { measurements, visits } = await soak({ minutes: 2, minuteMs: 3000, dice: createDice(seed) })
  const [start, , end] = measurements
  if (start === undefined || end === undefined) throw new Error('two minutes were to be measured')
  expect({ seed, held: differences(start, end), faults: end.faults }).toEqual({ seed, held: [], faults: 0 })
  // The listener and the residents' connections: what is compared is not nothing.
  expect(start.handles).toEqual(expect.arrayContaining(['TCPServerWrap', 'TCPSocketWrap']))
  expect(start.timers).toBeGreaterThan(0)
  expect(visits).toBeGreaterThan(24)
}, 300_000)
