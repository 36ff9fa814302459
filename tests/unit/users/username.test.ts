import { describe, expect, test } from 'vitest'
import { checkUsername, isSafeStoredName } from '../../../src/domain/username.ts'

describe('AUTH-3 usernames', () => {
  test.each([
    'a',
    'alice',
    'Ann-Marie O.',
    'zoë',
    '李小龍',
    'user+tag@example.org',
    '_',
    'x'.repeat(32),
    '\u{10437}'.repeat(32),
    'ñandú 2',
    'नमस्ते',
    '٣',
  ])('AUTH-3 %j may register', (name) => {
    expect(checkUsername(name)).toMatchObject({ ok: true })
  })

  test.each([
    ['', 'empty'],
    ['x'.repeat(33), 'too long'],
    ['\u{10437}'.repeat(33), 'too long'],
    ['x'.repeat(200_000), 'too long'],
    [' a', 'starts or ends with a space'],
    ['a ', 'starts or ends with a space'],
    ['a  b', 'another character'],
    ['victim|hash', 'another character'],
    ['a\nb|c|d|1', 'another character'],
    ['a\r', 'another character'],
    ['a"b', 'another character'],
    ['a\\b', 'another character'],
    ['a},{b', 'another character'],
    ['a]b', 'another character'],
    ['#a', 'another character'],
    ['a\u0000b', 'another character'],
    ['a\u001b[31m', 'another character'],
    ['a\u202eb', 'another character'],
    ['a\u200bb', 'another character'],
    ['\u0301a', 'another character'],
    ['😀', 'another character'],
    ['a\ud800', 'another character'],
    ['a\u3164', 'another character'],
    ['a\ufe0f', 'another character'],
    ['zoe\u0308', 'NFC'],
  ])('AUTH-3 %j is refused with the rule and the reason', (name, why) => {
    const checked = checkUsername(name)
    expect(checked).toMatchObject({ ok: false, error: expect.stringContaining(why) })
    expect(checked).toMatchObject({
      error: expect.stringContaining('1 to 32 characters: letters, digits, _ . - @ +'),
    })
  })

  test('AUTH-3 names of an old account file are judged only by what would break something', () => {
    expect(['juan!', 'a#b', 'zoe\u0308', ' spaced ', '😀'].filter((name) => !isSafeStoredName(name))).toEqual(
      [],
    )
    expect(
      ['', 'a"', 'a\\', 'a|b', 'a\n', '{a', 'a]', '\ud800', 'x'.repeat(1025)].filter((name) =>
        isSafeStoredName(name),
      ),
    ).toEqual([])
  })
})
