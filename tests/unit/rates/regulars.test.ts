import { expect, test } from 'vitest'
import { Regulars } from '../../../src/session/rates/regulars.ts'

const HOUR = 3_600_000

test('PW-25 an address is known for a day after a login there, whoever asks', () => {
  const regulars = new Regulars()
  expect(regulars.knows('a', 'bob', 0)).toBe(false)
  regulars.loggedIn('a', 'alice', 0)
  expect(regulars.knows('a', 'bob', 23 * HOUR)).toBe(true)
  expect(regulars.knows('a', 'bob', 24 * HOUR)).toBe(false)
  expect(regulars.knows('b', 'bob', 0)).toBe(false)
})

test('PW-25 a user is known where it last logged in, however long ago, and nowhere else', () => {
  const regulars = new Regulars()
  regulars.loggedIn('a', 'alice', 0)
  expect(regulars.knows('a', 'alice', 100 * HOUR)).toBe(true)
  expect(regulars.knows('c', 'alice', 0)).toBe(false)
  regulars.loggedIn('b', 'alice', 100 * HOUR)
  expect(regulars.knows('a', 'alice', 200 * HOUR)).toBe(false)
})

test('PW-25 an address from which wrong passwords come is known no more, but for who has its home there', () => {
  const regulars = new Regulars()
  regulars.loggedIn('a', 'alice', 0)
  for (let i = 0; i < 3; i++) regulars.failed('a')
  expect(regulars.knows('a', 'bob', 1)).toBe(true)
  regulars.failed('a')
  expect(regulars.knows('a', 'bob', 1)).toBe(false)
  expect(regulars.knows('a', 'alice', 1)).toBe(true)
  regulars.loggedIn('a', 'carol', 2)
  expect(regulars.knows('a', 'bob', 3)).toBe(true)
})
