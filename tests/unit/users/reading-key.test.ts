import { describe, expect, test } from 'vitest'
import { readingKey } from '../../../src/infrastructure/names/reading-key.ts'

describe('AUTH-13 names that read alike', () => {
  test.each([
    ['in upper case', 'alice', 'Alice'],
    ['with a Cyrillic а', 'alice', '\u0430lice'],
    ['with a Cyrillic А in upper case', 'alice', '\u0410LICE'],
    ['in full width', 'alice', '\uff41\uff4c\uff49\uff43\uff45'],
    ['with a Greek ο', 'bob', 'b\u03bfb'],
    ['all in Cyrillic', 'coco', '\u0441\u043e\u0441\u043e'],
    ['with ß for ss', 'strasse', 'stra\u00dfe'],
    ['both beyond ASCII', '\u0441\u043e\u043d', '\u0441\u03bf\u043d'],
  ])('%s: %s and %s', (_how, one, other) => {
    expect(readingKey(other)).toBe(readingKey(one))
  })

  test.each([
    ['1 and l', 'a1', 'al'],
    ['0 and o', 'b0b', 'bob'],
    ['rn and m', 'corn', 'com'],
    ['an accent', 'rene', 'ren\u00e9'],
    ['I and l', 'Ian', 'lan'],
    ['another letter', 'alice', 'alise'],
    ['letters of one other script', '\u0434\u043e\u043c', '\u0442\u043e\u043c'],
  ])('%s are not held against anybody: %s and %s', (_what, one, other) => {
    expect(readingKey(other)).not.toBe(readingKey(one))
  })
})
