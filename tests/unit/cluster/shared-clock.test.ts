import { describe, expect, test } from 'vitest'
import { SharedClock } from '../../../src/infrastructure/redis/shared-clock.ts'

/** A local clock that stands at `ms` since the start, which was at 1,000,000 by the wall. */
function startClock() {
  let ms = 0
  const clock = new SharedClock({ wallMs: () => 1_000_000 + ms, monotonicMs: () => ms })
  return {
    clock,
    /** Redis is ahead by so much, and its answer takes so long. */
    measure(aheadMs: number, tookMs = 1): void {
      const sentMs = ms
      ms += tookMs
      clock.measured(sentMs, ms, 1_000_000 + sentMs + tookMs / 2 + aheadMs)
    },
    pass(someMs: number): void {
      ms += someMs
    },
    aheadMs: () => clock.nowMs() - 1_000_000 - ms,
  }
}

describe('the clock of all nodes', () => {
  test('CLUSTER-5 it is that of Redis from the first measurement on, and follows it by small steps', () => {
    const { measure, pass, aheadMs } = startClock()
    expect(aheadMs()).toBe(0)
    measure(5000)
    expect(aheadMs()).toBe(5000)
    pass(1000)
    measure(5003)
    expect(aheadMs()).toBe(5003)
    pass(1000)
    measure(5400)
    expect(aheadMs()).toBe(5008)
    pass(1000)
    measure(9008)
    expect(aheadMs()).toBe(5048)
    pass(1000)
    measure(1e6)
    expect(aheadMs()).toBe(5148)
  })

  test('CLUSTER-5 it never goes back', () => {
    const { clock, measure, pass } = startClock()
    measure(500)
    let last = clock.nowMs()
    for (let times = 0; times < 50; times += 1) {
      measure(0, 0.1)
      const now = clock.nowMs()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
    pass(1000)
    // 50 steps back of 5 ms each, and 1006 ms have gone by.
    expect(clock.nowMs()).toBeCloseTo(1_000_000 + 500 - 250 + 1006)
  })

  test('CLUSTER-5 a measurement that took long moves nothing', () => {
    const { measure, aheadMs } = startClock()
    measure(0)
    measure(100, 50)
    expect(aheadMs()).toBe(0)
    measure(100, 1.5)
    expect(aheadMs()).toBe(5)
  })
})
