import { expect, test } from 'vitest'
import { delayBefore, nextAttempt } from '../../../src/infrastructure/janus/retry.ts'

test('JANUS-7 tries are further and further apart, each after a random part of its time, until one has lasted', () => {
  const attempts = [0, 1, 2, 5, 6, 1000]
  expect(attempts.map((attempt) => delayBefore(attempt, 1))).toEqual([250, 500, 1000, 8000, 10_000, 10_000])
  expect(delayBefore(3, 0.5)).toBe(1000)
  expect(delayBefore(3, 0)).toBe(0)
  expect([nextAttempt(7, 9999), nextAttempt(7, 10_000)]).toEqual([8, 0])
})
