import { expect, test } from 'vitest'
import { createDice, randomSeed } from '../support/dice.ts'
import { torture } from '../support/torture/torture.ts'

const ROUNDS = 6

test('ATTACK-10 LIFE-6 AUTH-1 kill -9 in the midst of registrations, of a start and of a rewrite: whatever was answered is there afterwards, in whole', async () => {
  const seed = randomSeed()
  const { acknowledged, lost, halfWritten, moments } = await torture({
    rounds: ROUNDS,
    dice: createDice(seed),
  })
  expect({ seed, lost, halfWritten }).toEqual({ seed, lost: [], halfWritten: [] })
  expect(acknowledged).toBeGreaterThan(8)
  expect([...moments.values()].reduce((sum, count) => sum + count)).toBe(ROUNDS)
}, 120_000)
