import { afterEach, describe, expect, test } from 'vitest'
import type { Asker } from '../../../src/application/ports/password-hasher.ts'
import { BcryptPool } from '../../../src/infrastructure/passwords/bcrypt-pool.ts'
import { HashPace } from '../../../src/infrastructure/passwords/hash-pace.ts'

const [GREEDY, OTHER] = [{ address: '192.0.2.1' }, { address: '192.0.2.2' }]
const QUICK = { secret: 'pw', cost: 4 }

let nowMs = 0
const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs }
let pool: BcryptPool | undefined

afterEach(async () => {
  await pool?.close()
  pool = undefined
})

function open(maxPending: number): BcryptPool {
  pool = new BcryptPool({ threads: 1, maxPending, pace: new HashPace(1, 100), clock })
  return pool
}

describe('the pool under a flood from one address', () => {
  test('PW-21 another address is served before what waits there, and whoever makes room is told at once', async () => {
    const hashes = open(4)
    const ends: string[] = []
    const ask = async (name: string, from: Asker) => {
      const { ok } = await hashes.hash(QUICK, from)
      ends.push(`${name} ${ok ? 'hashed' : 'overloaded'}`)
    }
    await Promise.all([
      ask('first', GREEDY),
      ask('second', GREEDY),
      ask('third', GREEDY),
      ask('fourth', GREEDY),
      ask('fifth', GREEDY),
      ask('other', OTHER),
    ])
    expect(ends).toEqual([
      'fifth overloaded',
      'fourth overloaded',
      'first hashed',
      'second hashed',
      'other hashed',
      'third hashed',
    ])
  })

  test('PW-21 a comparison waits and gives way like a hash', async () => {
    const hashes = open(2)
    const underWay = hashes.hash(QUICK, GREEDY)
    const giving = hashes.compare({ ...QUICK, hash: 'none' }, GREEDY)
    const taking = hashes.compare({ ...QUICK, hash: 'none' }, OTHER)
    expect(await giving).toMatchObject({ ok: false, error: { reason: 'overloaded' } })
    expect(await taking).toEqual({ ok: true, value: false })
    expect((await underWay).ok).toBe(true)
  })
})

test('PW-25 whoever is known waits for at most a stranger or two, however many strangers wait from however many addresses', async () => {
  const hashes = open(400)
  const ends: string[] = []
  const ask = async (name: string, from: Asker) => {
    await hashes.hash(QUICK, from)
    ends.push(name)
  }
  const strangers = Array.from({ length: 300 }, (_, i) =>
    ask('stranger', { address: `198.51.${i >> 8}.${i & 255}` }),
  )
  await ask('known', { address: '192.0.2.9', known: true })
  expect(ends.indexOf('known')).toBeLessThanOrEqual(2)
  await Promise.all(strangers)
})

describe('when to try again', () => {
  test('PW-22 as long as all that waits will take, going by what hashes took lately', async () => {
    const hashes = open(2)
    const refused = async () => {
      const answers = [hashes.hash(QUICK, GREEDY), hashes.hash(QUICK, GREEDY)]
      const beyond = await hashes.hash(QUICK, GREEDY)
      nowMs += 900
      await Promise.all(answers)
      return beyond
    }
    expect(await refused()).toEqual({ ok: false, error: { reason: 'overloaded', retryAfterMs: 200 } })
    // Measured since: 900 ms for the first; none for the second, which began afterwards.
    expect(await refused()).toEqual({ ok: false, error: { reason: 'overloaded', retryAfterMs: 350 } })
  })

  test('PW-22 several threads share the work', () => {
    expect(new HashPace(4, 50).retryAfterMs(1000)).toBe(12_500)
  })

  test('PW-22 it is whole milliseconds, never less than 100 nor more than a minute', () => {
    const pace = new HashPace(3, 100)
    expect([0, 1, 4, 1000, 1_000_000].map((held) => pace.retryAfterMs(held))).toEqual([
      100, 100, 134, 33_334, 60_000,
    ])
  })

  test('PW-22 the average follows what hashes take, and one that took long does not decide it', () => {
    const pace = new HashPace(1, 100)
    pace.took(900)
    expect(pace.retryAfterMs(10)).toBe(2000)
    for (let i = 0; i < 100; i++) pace.took(300)
    expect(pace.retryAfterMs(10)).toBe(3000)
  })
})

test('PW-24 a hash that fails says so to its asker alone, and its place is free again', async () => {
  const hashes = open(1)
  const noSalt = 'x'.repeat(60)
  await expect(hashes.compare({ ...QUICK, hash: noSalt }, OTHER)).rejects.toThrow('Invalid salt')
  expect((await hashes.hash(QUICK, OTHER)).ok).toBe(true)
})
