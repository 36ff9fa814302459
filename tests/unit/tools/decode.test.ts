import { describe, expect, test } from 'vitest'
import { FrameCutter } from '../../../src/cli/decode/frame-cutter.ts'
import { bytesOfHex } from '../../../src/cli/decode/hex-text.ts'
import { itemOf } from '../../../src/cli/decode/items.ts'
import type { Item } from '../../../src/cli/decode/item.ts'
import { jsonOf, textOf } from '../../../src/cli/decode/print-item.ts'
import type { Sender } from '../../../src/cli/decode/read-frame.ts'
import { createDice, randomSeed } from '../../support/dice.ts'
import { wholeCall } from '../../support/documented-examples.ts'
import { frame, T } from '../../support/wire/wire.ts'

function items(bytes: Buffer, sender?: Sender): readonly Item[] {
  const cutter = new FrameCutter()
  return [...cutter.push(bytes), ...cutter.end()].map((cut) => itemOf(cut, sender))
}

const faultsOf = (bytes: Buffer, sender?: Sender) => items(bytes, sender).flatMap(({ faults }) => faults)

const login = frame(T.LOGIN_REQUEST, { username: 'alice', password_hash: '3f29a1c40b77' })
const list = frame(T.USER_LIST_REQUEST, '{}')
const bytes = Buffer.concat([login, list])
const digits = bytes.toString('hex')

describe('hexadecimal text', () => {
  const words = digits.replaceAll(/(..)/g, '$1 ').trim()
  const rows = (digits.match(/.{1,32}/g) ?? []).map((row, index) => ({
    at: (index * 16).toString(16).padStart(8, '0'),
    pairs: row.match(/../g) ?? [],
    text: Buffer.from(row, 'hex')
      .toString('latin1')
      .replaceAll(/[^ -~]/g, '.'),
  }))
  const ends = bytes.length.toString(16).padStart(8, '0')
  test.each([
    ['bare', digits],
    ['in capitals, with spaces', words.toUpperCase()],
    ['on many lines, with tabs', words.replaceAll(' ', '\n\t')],
    ['with 0x and commas', words.replaceAll(/(..)( |$)/g, '0x$1, ')],
    ['with colons', words.replaceAll(' ', ':')],
    ['of hexdump -C', `${rows.map(({ at, pairs, text }) => hexdump(at, pairs, text)).join('\n')}\n${ends}\n`],
    ['of xxd', rows.map(({ at, pairs, text }) => xxd(at, pairs, text)).join('\r\n')],
    ['of Wireshark', rows.map(({ at, pairs, text }) => wireshark(at, pairs, text)).join('\n')],
  ])('DECODE-1 %s', (_, text) => {
    expect(bytesOfHex(text)).toEqual({ ok: true, value: bytes })
  })

  function hexdump(at: string, pairs: readonly string[], text: string): string {
    const halves = `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`
    return `${at}  ${halves.padEnd(49)} |${text}|`
  }
  function xxd(at: string, pairs: readonly string[], text: string): string {
    const groups = pairs.map((pair, index) => (index % 2 === 0 ? ` ${pair}` : pair)).join('')
    return `${at}:${groups.padEnd(40)}  ${text}`
  }
  function wireshark(at: string, pairs: readonly string[], text: string): string {
    return `${at.slice(4)}  ${`${pairs.slice(0, 8).join(' ')} ${pairs.slice(8).join(' ')}`.trim()}   ${text}`
  }

  test('DECODE-1 lines that hexdump leaves out as the same are there', () => {
    const same = '00 11 22 33 44 55 66 77  88 99 aa bb cc dd ee ff'
    const text = `00000000  ${same}  |.."3DUfw........|\n*\n00000040  01 02 |..|\n00000042\n`
    const row = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
    expect(bytesOfHex(text)).toEqual({
      ok: true,
      value: Buffer.concat([row, row, row, row, Buffer.from([1, 2])]),
    })
  })

  test.each([
    ['00 00 0', 'line 1: an odd number'],
    ['00\n0g', 'line 2: "g"'],
  ])('DECODE-1 %j is refused with the line and what is wrong', (text, message) => {
    expect(bytesOfHex(text)).toEqual({ ok: false, error: expect.stringContaining(message) })
  })
})

describe('frames', () => {
  test('DECODE-2 each message of the documented call is read by name, and its sender where only one sends it', () => {
    for (const { name, bytes: whole, route } of wholeCall()) {
      const [item, ...more] = items(whole)
      expect(more).toEqual([])
      expect(item).toMatchObject({ message: { name, bytes: whole.length }, faults: [] })
      const sender = route[0] === 'server' ? 'server' : 'client'
      expect(items(whole, sender)[0]).toMatchObject({ message: { name }, sender, faults: [] })
    }
  })

  test('DECODE-2 what both may send is taken for the client’s if it fits, else for the server’s', () => {
    expect(items(frame(T.HANGUP, { call_id: 'c' }))[0]?.sender).toBe('client')
    const update = { call_id: 'c', from_user_id: 'u' }
    expect(items(frame(T.CALL_UPDATE, update))[0]).toMatchObject({ sender: 'server', faults: [] })
  })

  const HEAD = 5
  test.each<[string, Buffer, Sender | undefined, object]>([
    ['an unknown type', frame(0x99, '{}'), undefined, { offset: 4, reason: 'unknown_type' }],
    ['a message of the other side', list, 'server', { offset: 4, reason: 'wrong_direction' }],
    [
      'bad JSON',
      frame(T.HANGUP, '{"call_id":"ü" "b"}'),
      undefined,
      { offset: HEAD + 16, reason: 'invalid_json' },
    ],
    [
      'bad UTF-8',
      frame(T.HANGUP, Buffer.from('{"call_id":"\xff"}', 'latin1')),
      undefined,
      { offset: HEAD + 12, reason: 'invalid_utf8' },
    ],
    ['an array', frame(T.HANGUP, '[]'), undefined, { offset: HEAD, reason: 'not_an_object' }],
    [
      'a field of another kind',
      frame(T.CALL_RESPONSE, '{"call_id":"c","accepted":"yes"}'),
      undefined,
      { offset: HEAD + 26, reason: 'invalid_field', message: expect.stringContaining('"accepted"') },
    ],
    [
      'a field that is missing',
      frame(T.CALL_RESPONSE, '{"call_id":"c"}'),
      'client',
      { offset: HEAD, reason: 'invalid_field', message: expect.stringContaining('"accepted" is missing') },
    ],
    [
      'more than may be relayed',
      frame(T.CALL_REQUEST, { to_user_id: 'u', sdp: 'x'.repeat(70_000) }),
      'client',
      { offset: HEAD + 65_536, reason: 'message_too_large' },
    ],
  ])('DECODE-3 %s is a fault at its byte', (_, whole, sender, fault) => {
    expect(faultsOf(whole, sender)).toMatchObject([fault])
  })

  test('DECODE-3 offsets count from the beginning of the input', () => {
    const [{ offset } = { offset: 0 }] = faultsOf(Buffer.concat([login, frame(T.HANGUP, '[]')]))
    expect(offset).toBe(login.length + HEAD)
  })

  test('DECODE-3 a payload that is nested beyond reason is a fault and no crash', () => {
    const deep = frame(T.HANGUP, `{"call_id":${'['.repeat(200_000)}`)
    expect(faultsOf(deep)).toMatchObject([{ reason: 'invalid_json' }])
  })

  test('DECODE-3 after a length that cannot be, the next message is found', () => {
    const between = Buffer.from('00000000ffffffffff', 'hex')
    const all = items(Buffer.concat([login, between, list, login]))
    expect(all.map(({ message }) => message?.name)).toEqual([
      'LOGIN_REQUEST',
      undefined,
      undefined,
      'USER_LIST_REQUEST',
      'LOGIN_REQUEST',
    ])
  })

  test('DECODE-3 what ends in mid-frame is a fault at the end, with what is there and what is missing', () => {
    expect(faultsOf(login.subarray(0, 9))).toMatchObject([
      { offset: 9, reason: 'truncated', message: `the stream ends 9 bytes into a frame of ${login.length}` },
    ])
    expect(faultsOf(login.subarray(0, 2))).toMatchObject([{ offset: 2, reason: 'truncated' }])
  })

  test('DECODE-3 however a stream is split, it has the same messages and the same faults', () => {
    const seed = randomSeed()
    const dice = createDice(seed)
    const parts = [
      login,
      list,
      frame(0x99, '{}'),
      frame(T.HANGUP, '{'),
      Buffer.from('00000000', 'hex'),
      login,
    ]
    for (let round = 0; round < 200; round++) {
      const stream = Buffer.concat(Array.from({ length: 8 }, () => dice.pick(parts)))
      const whole = items(stream)
      const cutter = new FrameCutter()
      const split: Item[] = []
      for (let at = 0; at < stream.length;) {
        const end = Math.min(stream.length, at + dice.between(1, 30))
        split.push(...cutter.push(stream.subarray(at, end)).map((cut) => itemOf(cut, undefined)))
        at = end
      }
      split.push(...cutter.end().map((cut) => itemOf(cut, undefined)))
      expect(split, `seed ${seed}`).toEqual(whole)
    }
  })
})

describe('what is printed', () => {
  const welcome = frame(T.LOGIN_RESPONSE, {
    success: true,
    user_id: 'u',
    username: 'a',
    session_token: 'a secret',
  })
  const servers = { ice_servers: [{ urls: ['turn:a'], username: 'u', credential: 'a secret' }] }
  test.each([
    frame(T.LOGIN_REQUEST, { username: 'a', password_hash: 'a secret' }),
    frame(T.LOGIN_REQUEST, { token: 'a secret' }),
    frame(T.CHANGE_PASSWORD, { password_hash: 'a secret', new_password_hash: 'a secret' }),
    frame(T.RESUME, { session_token: 'a secret', last_seq: 0 }),
    frame(T.ICE_SERVERS, servers),
    frame(T.LOGIN_REQUEST, '{"password_hash":"a secret"'),
    welcome,
  ])('DECODE-8 secrets are shown as … unless they are asked for (%#)', (whole) => {
    for (const print of [textOf, jsonOf]) {
      expect(
        items(whole)
          .map((item) => print(item, false))
          .join(''),
      ).not.toContain('a secret')
      expect(
        items(whole)
          .map((item) => print(item, true))
          .join(''),
      ).toContain('a secret')
    }
  })

  test('DECODE-8 no control character and no mark of direction reaches a terminal', () => {
    const name = '\u001b[2J\u009b31m\u202eecila\u0007'
    const [item] = items(frame(T.LOGIN_REQUEST, { username: name, password_hash: 'x' }))
    if (item === undefined) throw new Error('an item')
    for (const printed of [textOf(item, true), jsonOf(item, true)]) {
      expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
      expect(printed).toContain(JSON.stringify(JSON.parse('"ecila"')).slice(1, -1))
    }
  })
})
