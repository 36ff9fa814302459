import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAccountLine } from '../../../src/infrastructure/users-file/table/account-line.ts'
import { endOfPlainLine } from '../../../src/infrastructure/users-file/table/plain-line.ts'
import { account, line } from './rig.ts'

const plain = line(account('alice'))

/** Anything that one byte can do to a line, and what several can. */
const damaged = fc
  .record({
    at: fc.nat(plain.length - 1),
    put: fc.string({ unit: 'binary-ascii', maxLength: 3 }),
    cut: fc.nat(3),
  })
  .map(({ at, put, cut }) => plain.slice(0, at) + put + plain.slice(at + cut))

const prefix = fc.constantFrom(
  '$2a$04$',
  '$2y$31$',
  '$2b$32$',
  '$2b$03$',
  '$2c$10$',
  '$2b$1:$',
  '$2b$/9$',
  '$2b$10.',
)
const field = fc.string({
  unit: fc.constantFrom('a', '#', ' ', '~', '}', '"', '\\', '\t', '|', 'é'),
  maxLength: 4,
})
const made = fc
  .tuple(
    field,
    field,
    prefix,
    fc.constantFrom(52, 53, 54),
    fc.constantFrom('', '0', '1'.repeat(15), '1'.repeat(16)),
  )
  .map(([id, name, start, rest, created]) => `${id}|${name}|${start}${'a'.repeat(rest)}|${created}\n`)

test('STORE-16 what is quickly seen to be an account is one by all the rules, and ends where it should', () => {
  let taken = 0
  fc.assert(
    fc.property(fc.oneof(damaged, made), (text) => {
      const bytes = Buffer.from(`before\n${text}${plain}`)
      const start = 'before\n'.length
      const end = endOfPlainLine(bytes, start)
      if (end === 0) return
      taken += 1
      expect(end).toBe(bytes.indexOf('\n', start) + 1)
      const parsed = parseAccountLine(bytes.toString('utf8', start, end - 1))
      expect(parsed).toMatchObject({ ok: true, value: { kind: 'account' } })
    }),
    { numRuns: 5_000 },
  )
  expect(taken).toBeGreaterThan(100)
})

test.each(['a name with spaces', 'x'.repeat(128), '#', '~'])(
  'STORE-15 a plain line is seen to be one: %j',
  (name) => {
    const bytes = Buffer.from(line(account(name, 'id')))
    expect(endOfPlainLine(bytes, 0)).toBe(bytes.length)
    expect(endOfPlainLine(bytes.subarray(0, -1), 0)).toBe(0)
  },
)
