import { expect, test } from 'vitest'
import { crash } from '../support/crash/crash.ts'
import { createDice, randomSeed } from '../support/dice.ts'

/** Each takes a start of the daemon and a hundred resumptions. */
const ROUNDS = 100

test('RESUME-13 kill -9 in the midst of 50 calls: no call is lost, and every numbered message comes once and in order', async () => {
  const seed = randomSeed()
  const { faults, signals } = await crash({
    rounds: ROUNDS,
    groups: Array<number>(50).fill(2),
    dice: createDice(seed),
  })
  expect({ seed, faults }).toEqual({ seed, faults: [] })
  expect(signals).toBeGreaterThan(1000)
}, 1_200_000)

test('ROOM-9 RESUME-13 kill -9 in the midst of rooms: everybody is there afterwards, and every signal comes once and in order', async () => {
  const seed = randomSeed()
  const { faults, signals } = await crash({
    rounds: 50,
    groups: Array<number>(10).fill(5),
    dice: createDice(seed),
  })
  expect({ seed, faults }).toEqual({ seed, faults: [] })
  expect(signals).toBeGreaterThan(1000)
}, 1_200_000)

test('DEV-8 DEV-6 RESUME-13 kill -9 in the midst of calls of users with two devices: each device is what it was', async () => {
  const seed = randomSeed()
  const { faults, signals } = await crash({
    rounds: 50,
    groups: Array<number>(10).fill(2),
    spares: true,
    dice: createDice(seed),
  })
  expect({ seed, faults }).toEqual({ seed, faults: [] })
  expect(signals).toBeGreaterThan(1000)
}, 1_200_000)
