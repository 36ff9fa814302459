import { afterAll, describe, expect, test, vi } from 'vitest'
import { bcryptSecret } from '../../../src/infrastructure/passwords/bcrypt-secret.ts'
import { dummyHash } from '../../../src/infrastructure/passwords/bcrypt-hash.ts'
import { compare } from '../../../src/infrastructure/passwords/bcrypt-worker.ts'
import { matchesLegacyDigest } from '../../../src/infrastructure/passwords/legacy-digest.ts'
import { createPasswordHasher } from '../../../src/infrastructure/passwords/password-hasher.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'

// Only this thread's bcryptjs is replaced: the pool's threads load the real one for themselves.
const onThisThread = vi.hoisted(() => ({ compareSync: vi.fn(() => false), hashSync: vi.fn() }))
vi.mock('bcryptjs', () => onThisThread)

type Options = Parameters<typeof createPasswordHasher>[0]

/** All that asks here asks from one address. */
function createHasher(options: Omit<Options, 'clock'>) {
  const inner = createPasswordHasher({ ...options, clock: systemClock })
  return {
    hash: (password: string) => inner.hash(password, { address: '192.0.2.1' }),
    verify: (password: string, hash: string | undefined) =>
      inner.verify(password, hash, { address: '192.0.2.1' }),
    close: () => inner.close(),
  }
}

const hasher = createHasher({ cost: 4, threads: 2, maxPending: 100 })
afterAll(() => hasher.close())

async function hashOf(password: string, by = hasher): Promise<string> {
  const hashed = await by.hash(password)
  if (!hashed.ok) throw new Error(hashed.error.reason)
  return hashed.value
}

const MATCHES = { ok: true, value: { matches: true, stale: false } }
const MATCHES_STALE = { ok: true, value: { matches: true, stale: true } }
const FAILS = { ok: true, value: { matches: false, stale: false } }
const OVERLOADED = { ok: false, error: { reason: 'overloaded', retryAfterMs: expect.any(Number) } }

/** v1.md's words, one 64-bit step per byte: the naive twin of the two halves. */
function legacyTwin(password: string): string {
  let h = 0n
  for (const [index, byte] of Buffer.from(password).entries()) {
    h = BigInt.asUintN(64, (h << 5n) | (h >> 59n)) ^ BigInt(byte) ^ BigInt(index)
  }
  return h.toString(16).padStart(16, '0')
}

describe('bcrypt', () => {
  test('PW-1 a password matches its own hash, which has the configured cost, and no other password does', async () => {
    const hash = await hashOf('correct horse')
    expect(hash).toMatch(/^\$2b\$04\$/)
    expect(await hasher.verify('correct horse', hash)).toEqual(MATCHES)
    expect(await hasher.verify('correct horsf', hash)).toEqual(FAILS)
    expect(await hashOf('correct horse')).not.toBe(hash)
  })

  test.each([
    ['72 bytes', 'x'.repeat(71) + 'a', 'x'.repeat(71) + 'b'],
    ['73 bytes', 'x'.repeat(72) + 'a', 'x'.repeat(72) + 'b'],
    ['4,096 characters', 'ü'.repeat(4095) + 'a', 'ü'.repeat(4095) + 'b'],
    ['72 characters that are more bytes', 'é'.repeat(71) + 'a', 'é'.repeat(71) + 'b'],
  ])('PW-2 passwords of %s that differ only at the end are different', async (_, one, other) => {
    const hash = await hashOf(one)
    expect(await hasher.verify(one, hash)).toEqual(MATCHES)
    expect(await hasher.verify(other, hash)).toEqual(FAILS)
  })

  test.each([
    ['a', 'a\0a'],
    ['a', 'a\0'],
    ['', '\0'],
    ['a\0b', 'a\0c'],
  ])('PW-3 %j and %j are different passwords', async (one, other) => {
    const hash = await hashOf(one)
    expect(await hasher.verify(one, hash)).toEqual(MATCHES)
    expect(await hasher.verify(other, hash)).toEqual(FAILS)
  })

  test('PW-4 only a password that bcrypt would cut or repeat is pre-hashed', () => {
    const sha256OfHundred = 'KBZZeIjkoNOja4K4MxarMmgOuPAPjNO5BNaBJG0oWg4='
    expect(bcryptSecret('pässwörd ☎')).toBe('pässwörd ☎')
    expect(bcryptSecret('x'.repeat(72))).toBe('x'.repeat(72))
    expect(bcryptSecret('a'.repeat(100))).toBe(sha256OfHundred)
    expect(bcryptSecret('\0')).toHaveLength(44)
  })

  test('PW-5 a non-ASCII password matches a hash that another bcrypt made of its UTF-8', async () => {
    // From crypt(3): perl -e 'print crypt("pässwörd", "\$2b\$04\$abcdefghijklmnopqrstuu")'
    const hash = '$2b$04$abcdefghijklmnopqrstuuyx2n0Zzopyr9QuYTMCfOJJOj526QVoC'
    expect(await hasher.verify('pässwörd', hash)).toEqual(MATCHES)
    expect(await hasher.verify('password', hash)).toEqual(FAILS)
  })

  test('PW-6 a hash of another cost matches and is stale', async () => {
    const dearer = createHasher({ cost: 5, threads: 1, maxPending: 10 })
    const hash = await hashOf('secret', dearer)
    await dearer.close()
    expect(await hasher.verify('secret', hash)).toEqual(MATCHES_STALE)
    expect(await hasher.verify('wrong', hash)).toEqual(FAILS)
  })
})

describe('an account that is not there', () => {
  test('PW-7 no password matches an unknown user, whatever was made of the dummy hash', async () => {
    for (const password of ['', 'secret', dummyHash(4)]) {
      expect(await hasher.verify(password, undefined)).toEqual(FAILS)
    }
  })

  test.each(['', 'plain text', '$2x$04$' + '.'.repeat(53), '$2b$04$short', '$2b$99$' + '.'.repeat(53)])(
    'PW-8 no password matches %j, which is no hash',
    async (hash) => {
      expect(await hasher.verify(hash, hash)).toEqual(FAILS)
    },
  )

  test('PW-9 a failed comparison with a cheaper hash is topped up to the work of the configured cost', () => {
    onThisThread.compareSync.mockClear()
    expect(compare({ secret: 'x', hash: dummyHash(4), cost: 7 })).toBe(false)
    const rounds = onThisThread.compareSync.mock.calls.flat().filter((argument) => argument !== 'x')
    expect(rounds).toEqual([dummyHash(4), dummyHash(4), dummyHash(5), dummyHash(6)])
    onThisThread.compareSync.mockClear()
  })
})

describe('the legacy digest', () => {
  test.each([
    '',
    'a',
    'ab',
    'password123',
    'x'.repeat(4096),
    'pässwörd ☎ 🦀',
    '\0\0',
    '0123456789abcdef'.repeat(40),
  ])('PW-10 %j matches what the formula of v1.md gives', async (password) => {
    expect(matchesLegacyDigest(password, legacyTwin(password))).toBe(true)
    expect(await hasher.verify(password, legacyTwin(password))).toEqual(MATCHES_STALE)
    expect(await hasher.verify(password, legacyTwin(password).toUpperCase())).toEqual(MATCHES_STALE)
  })

  test('PW-11 the first steps, worked out by hand', () => {
    expect(matchesLegacyDigest('', '0000000000000000')).toBe(true)
    expect(matchesLegacyDigest('a', '0000000000000061')).toBe(true)
    // 0x61 << 5 = 0xc20; 0xc20 ^ 0x62 ^ 1 = 0xc43.
    expect(matchesLegacyDigest('ab', '0000000000000c43')).toBe(true)
  })

  test('PW-12 another password does not match, and costs one comparison like any other', async () => {
    expect(await hasher.verify('wrong', legacyTwin('secret'))).toEqual(FAILS)
    const full = createHasher({ cost: 4, threads: 1, maxPending: 1 })
    const [, wrong, right] = await Promise.all([
      full.hash('takes the only place'),
      full.verify('wrong', legacyTwin('secret')),
      full.verify('secret', legacyTwin('secret')),
    ])
    await full.close()
    expect(wrong).toEqual(OVERLOADED)
    expect(right).toEqual(MATCHES_STALE)
  })

  test('PW-13 "ab" and "`B" have one legacy digest, which is why it is replaced; their bcrypt hashes differ', async () => {
    expect(legacyTwin('ab')).toBe(legacyTwin('`B'))
    expect(await hasher.verify('`B', legacyTwin('ab'))).toEqual(MATCHES_STALE)
    expect(await hasher.verify('`B', await hashOf('ab'))).toEqual(FAILS)
  })
})

describe('the pool', () => {
  test('PW-14 as many as may wait are answered, one more is refused, and afterwards there is room again', async () => {
    const small = createHasher({ cost: 4, threads: 1, maxPending: 3 })
    const answers = await Promise.all([
      small.hash('1'),
      small.hash('2'),
      small.verify('3', undefined),
      small.hash('4'),
      small.verify('5', undefined),
    ])
    expect(answers.map((answer) => answer.ok)).toEqual([true, true, true, false, false])
    expect(answers[3]).toEqual(OVERLOADED)
    expect(await small.verify('6', undefined)).toEqual(FAILS)
    await small.close()
  })

  test('PW-15 close ends what is under way and what comes later with `overloaded`', async () => {
    const closing = createHasher({ cost: 15, threads: 1, maxPending: 10 })
    const underWay = [closing.hash('1'), closing.hash('2'), closing.verify('3', undefined)]
    await closing.close()
    expect(await Promise.all(underWay)).toEqual([OVERLOADED, OVERLOADED, OVERLOADED])
    expect(await closing.hash('4')).toEqual(OVERLOADED)
    await closing.close()
  })

  test('PW-16 bcrypt never runs on the thread that asks', async () => {
    const hash = await hashOf('elsewhere')
    expect(await hasher.verify('elsewhere', hash)).toEqual(MATCHES)
    expect(await hasher.verify('elsewhere', undefined)).toEqual(FAILS)
    expect(onThisThread.hashSync).not.toHaveBeenCalled()
    expect(onThisThread.compareSync).not.toHaveBeenCalled()
  })
})
