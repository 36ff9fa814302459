import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bans } from '../../../src/session/rates/bans.ts'
import { Bucket } from '../../../src/session/rates/bucket.ts'
import { FadingMap } from '../../../src/session/rates/fading-map.ts'
import { type LoginAttempt, LoginBackoff } from '../../../src/session/rates/login-backoff.ts'

describe('a bucket', () => {
  test('RATE-1 whatever is asked and when, it grants what a bucket that is filled drop by drop does', () => {
    const asks = fc.array(fc.record({ cost: fc.integer({ min: 1, max: 7 }), pause: fc.nat(3000) }))
    fc.assert(
      fc.property(asks, (steps) => {
        // One a second, five at most.
        const bucket = new Bucket({ perMinute: 60, burst: 5 })
        let [now, tokens] = [0, 5]
        for (const { cost, pause } of steps) {
          now += pause
          tokens = Math.min(5, tokens + pause / 1000)
          const due = Math.min(cost, 5)
          const wait = bucket.take(cost, now)
          if (Math.abs(tokens - due) < 1e-6) {
            if (wait === 0) tokens = 0
            continue
          }
          expect(wait === 0).toBe(tokens >= due)
          if (wait === 0) tokens -= due
          else expect(wait).toBeCloseTo((due - tokens) * 1000, 3)
        }
      }),
    )
  })

  test('RATE-1 after the wait that it told it grants', () => {
    const bucket = new Bucket({ perMinute: 7, burst: 3 })
    expect(bucket.take(3, 10)).toBe(0)
    const wait = bucket.take(2, 11)
    expect(wait).toBeGreaterThan(0)
    expect(bucket.take(2, 11 + wait)).toBe(0)
    expect(bucket.isFull(11 + wait)).toBe(false)
    expect(bucket.isFull(1e9)).toBe(true)
  })
})

describe('what is known of addresses', () => {
  test('RATE-2 however many come, it is bounded, and what still counts is kept as long as there is room', () => {
    const map = new FadingMap<{ at: number }>(
      () => ({ at: 0 }),
      ({ at }, now) => now >= at + 10,
    )
    map.get('counts', 0).at = 1e9
    for (let i = 0; i < 300_000; i++) map.get(`address ${i}`, i)
    expect(map.find('counts')?.at).toBe(1e9)
    expect(map.size).toBeLessThan(50)
    for (let i = 0; i < 250_000; i++) map.get(`other ${i}`, 0).at = 1e9
    expect(map.size).toBeLessThanOrEqual(100_000)
  })

  test('RATE-3 a ban is twice as long each time, up to the longest, and after a quiet time as at first', () => {
    const bans = new Bans({ firstMs: 10, longestMs: 35 })
    expect(bans.left('a', 0)).toBe(0)
    expect(bans.ban('a', 0)).toBe(10)
    // Of several connections at once only the first counts.
    expect(bans.ban('a', 4)).toBe(6)
    expect([bans.left('a', 9), bans.left('a', 10), bans.left('b', 1)]).toEqual([1, 0, 0])
    expect(bans.ban('a', 10)).toBe(20)
    expect(bans.ban('a', 40)).toBe(35)
    expect(bans.ban('a', 80)).toBe(35)
    expect(bans.ban('a', 80 + 35 + 35)).toBe(10)
  })
})

describe('the wait after wrong passwords', () => {
  const times = { free: 2, freePerAddress: 4, firstMs: 100, longestMs: 1000 }
  const fail = (backoff: LoginBackoff, address: string, user: string, now: number): number => {
    const attempt = backoff.begin(address, user, now)
    if (typeof attempt === 'number') return attempt
    attempt.failed(now)
    return 0
  }
  const begun = (attempt: LoginAttempt | number): LoginAttempt => {
    if (typeof attempt === 'number') throw new Error(`to wait for ${attempt} ms`)
    return attempt
  }

  test('RATE-5 it doubles with each failure, up to the longest, and a good login ends it', () => {
    const backoff = new LoginBackoff({ ...times, freePerAddress: 1000 })
    const waits: number[] = []
    let now = 0
    for (let i = 0; i < 8; i++) {
      expect(fail(backoff, 'a', 'alice', now)).toBe(0)
      const wait = fail(backoff, 'a', 'alice', now)
      waits.push(wait)
      now += wait
    }
    expect(waits).toEqual([0, 100, 200, 400, 800, 1000, 1000, 1000])
    begun(backoff.begin('a', 'alice', now)).succeeded()
    for (let i = 0; i < times.free; i++) expect(fail(backoff, 'a', 'alice', now)).toBe(0)
  })

  test('RATE-5 nobody is held up by what others try from elsewhere', () => {
    const backoff = new LoginBackoff(times)
    for (let i = 0; i < 100; i++) fail(backoff, 'attacker', 'alice', 0)
    expect(typeof backoff.begin('attacker', 'alice', 0)).toBe('number')
    begun(backoff.begin('home', 'alice', 0)).succeeded()
  })

  test('RATE-5 who guesses at many users of one address waits as well; a user known there does not', () => {
    const backoff = new LoginBackoff(times)
    begun(backoff.begin('office', 'known', 0)).succeeded()
    for (let i = 0; i < 5; i++) expect(fail(backoff, 'office', `user ${i}`, 0)).toBe(0)
    expect(fail(backoff, 'office', 'another', 0)).toBe(100)
    begun(backoff.begin('office', 'known', 0)).succeeded()
  })

  test('RATE-5 many attempts at the same time are no way round, and one that was not looked at costs nothing', () => {
    const backoff = new LoginBackoff(times)
    const attempts = Array.from({ length: 100 }, () => backoff.begin('a', 'alice', 0))
    expect(attempts.filter((attempt) => typeof attempt !== 'number')).toHaveLength(times.free + 1)
    for (const attempt of attempts) if (typeof attempt !== 'number') attempt.cancelled()
    begun(backoff.begin('a', 'alice', 0)).succeeded()
  })

  test('RATE-5 nor are many users at the same time, once an address has failed often', () => {
    const backoff = new LoginBackoff(times)
    const spray = (now: number) =>
      Array.from({ length: 100 }, (_, i) => backoff.begin('a', `user ${i}`, now)).filter(
        (attempt) => typeof attempt !== 'number',
      )
    // All of an office may log in at once, as long as few have failed there.
    const office = spray(0)
    expect(office).toHaveLength(100)
    for (const attempt of office.slice(0, 4)) attempt.failed(0)
    for (const attempt of office.slice(4)) attempt.succeeded()
    begun(backoff.begin('a', 'stranger', 0)).cancelled()
    // Of those who are not known there one at a time.
    begun(backoff.begin('a', 'guess 1', 0)).failed(50)
    expect(backoff.begin('a', 'guess 2', 50)).toBe(100)
    const next = begun(backoff.begin('a', 'guess 2', 150))
    expect(backoff.begin('a', 'guess 3', 150)).toBe(200)
    next.succeeded()
    expect(spray(150)).toHaveLength(96)
    expect(typeof backoff.begin('a', 'guess 3', 250)).not.toBe('number')
  })

  test('RATE-5 of names that nobody can have only the beginning is remembered', () => {
    const backoff = new LoginBackoff({ ...times, freePerAddress: 1000 })
    const long = (end: string) => `${'x'.repeat(1000)}${end}`
    for (let i = 0; i <= times.free; i++) expect(fail(backoff, 'a', long(String(i)), 0)).toBe(0)
    expect(fail(backoff, 'a', long('y'), 0)).toBe(100)
  })

  test('RATE-5 after a quiet time all is forgiven', () => {
    const backoff = new LoginBackoff(times)
    for (let now = 0; now < 5000; now += 1000) fail(backoff, 'a', 'alice', now)
    const later = 4000 + 2 * times.longestMs
    for (let i = 0; i <= times.free; i++) expect(fail(backoff, 'a', 'alice', later)).toBe(0)
  })
})
