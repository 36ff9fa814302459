import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import initWabt from 'wabt'
import { z } from 'zod'
import { isPlainText } from '../../../src/protocol/verbatim/plain-text.ts'
import {
  isVerbatimSignal,
  roomSignalHead,
  signalHead,
  verbatimAddressee,
} from '../../../src/protocol/verbatim/verbatim-signal.ts'
import { createHouse } from '../../support/house/house.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { createTrio, type Trio } from '../../support/house/trio.ts'
import { frame, T } from '../../support/wire/wire.ts'

/** What the server would write, by the words of PROTOCOL.md, after parsing what was sent; undefined: nothing passes. */
function expected(type: number, sent: Uint8Array, ids: Ids): string | undefined {
  const { call_id, from_user_id, to_user_id } = ids
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(sent))
  } catch {
    return undefined
  }
  const addressed = z.object({
    call_id: z.literal(call_id),
    from_user_id: z.string().optional(),
    to_user_id: z.literal(to_user_id),
    request_id: z.string().max(64).optional(),
  })
  if (!addressed.safeParse(json).success) return undefined
  const head = { call_id, from_user_id, to_user_id }
  if (type === T.ICE_CANDIDATE) {
    const read = z
      .object({
        candidate: z.string(),
        sdp_mid: z.string(),
        sdp_mline_index: z.number().int().min(0).max(0xffff_ffff),
      })
      .safeParse(json)
    return read.success ? JSON.stringify({ ...head, ...read.data }) : undefined
  }
  const read = z.object({ sdp: z.string() }).safeParse(json)
  return read.success ? JSON.stringify({ ...head, ...read.data }) : undefined
}

interface Ids {
  readonly call_id: string
  readonly from_user_id: string
  readonly to_user_id: string
}

const text = fc.oneof(
  fc.constantFrom(
    '',
    'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n',
    '"}',
    '\\',
    'a\\"',
    '\u0000',
    'ü',
    '/',
    '\u007f',
  ),
  fc.string({ unit: fc.constantFrom('a', ' ', '\r', '\n', '"', '\\', '\t', 'é', '}', '{', '\u0001') }),
  fc.string({ minLength: 200, maxLength: 300, unit: fc.constantFrom('a', 'b', '\r\n', ':', '=') }),
)
const index = fc.constantFrom(
  '0',
  '1',
  '7',
  '01',
  '00',
  '-0',
  '1.0',
  '1e2',
  '999999999',
  '4294967295',
  '4294967296',
  '',
  '"1"',
)

/** Texts of payloads that are as they should be, or nearly. */
const nearly = fc
  .record({
    type: fc.constantFrom(T.SDP_OFFER, T.SDP_ANSWER, T.ICE_CANDIDATE),
    value: text,
    mid: text,
    index,
    trick: fc.constantFrom(
      'none',
      'none',
      'none',
      'spaces',
      'first key twice',
      'last key twice',
      'forged sender',
      'no sender',
      'other order',
      'further field',
      'request id',
      'escaped',
      'slash escaped',
      'behind the end',
      'another call',
      'flipped byte',
    ),
    at: fc.nat(),
    byte: fc.nat(255),
  })
  .map((chosen) => (ids: Ids) => ({ type: chosen.type, bytes: write(chosen, ids) }))

interface Chosen {
  readonly type: number
  readonly value: string
  readonly mid: string
  readonly index: string
  readonly trick: string
  readonly at: number
  readonly byte: number
}

function write({ type, value, mid, index, trick, at, byte }: Chosen, ids: Ids): Buffer {
  const field = (name: string, content: string) => `"${name}":${JSON.stringify(content)}`
  const { call_id, from_user_id, to_user_id } = ids
  const head = [
    field('call_id', trick === 'another call' ? 'another' : call_id),
    field('from_user_id', trick === 'forged sender' ? to_user_id : from_user_id),
    field('to_user_id', to_user_id),
  ]
  if (trick === 'no sender') head.splice(1, 1)
  const body =
    type === T.ICE_CANDIDATE
      ? [field('candidate', value), field('sdp_mid', mid), `"sdp_mline_index":${index}`]
      : [field('sdp', value)]
  const fields = [...head, ...body]
  if (trick === 'first key twice') fields.push(field('call_id', call_id))
  if (trick === 'last key twice') fields.push(body.at(-1) ?? '', field('sdp', 'the last'))
  if (trick === 'other order') fields.reverse()
  if (trick === 'further field') fields.push('"further":[{"a":"}"}]')
  if (trick === 'request id') fields.push(field('request_id', 'r'))
  let written = `{${fields.join(trick === 'spaces' ? ' , ' : ',')}}`
  if (trick === 'escaped') written = written.replace('a', '\\u0061')
  if (trick === 'slash escaped') written = written.replaceAll('/', '\\/')
  if (trick === 'behind the end') written += ' '
  const bytes = Buffer.from(written)
  if (trick === 'flipped byte') bytes[at % bytes.length] = byte
  return bytes
}

describe.each([
  ['of v1', undefined],
  ['that can resume', ['resume', 'call_control']],
] as const)('what is passed on to a client %s', (_who, ofBob) => {
  let trio: Trio
  let ids: Ids

  beforeAll(async () => {
    trio = await createTrio({ ofBob })
    ids = {
      call_id: await trio.connect(),
      from_user_id: trio.alice.userId,
      to_user_id: trio.bob.userId,
    }
  })

  test('RELAY-6 RELAY-2 RELAY-5 WIRE-11 is what the server writes after parsing it, however it was written', async () => {
    await fc.assert(
      fc.asyncProperty(nearly, async (make) => {
        const { type, bytes } = make(ids)
        await trio.alice.send(type, bytes)
        const got = trio.bob.take(type).map((received) => received.text.replace(/,"seq":\d+\}$/, '}'))
        const due = expected(type, bytes, ids)
        expect(got).toEqual(due === undefined ? [] : [due])
      }),
      { numRuns: 2000 },
    )
  })

  test('RELAY-6 what its sender wrote just so is passed on byte for byte', async () => {
    const sent = write(
      { type: T.SDP_OFFER, value: 'v=0\r\n'.repeat(1200), mid: '', index: '', trick: 'none', at: 0, byte: 0 },
      ids,
    )
    const head = signalHead(ids.call_id, ids.from_user_id, ids.to_user_id)
    const whole = frame(T.SDP_OFFER, sent)
    expect(isVerbatimSignal({ type: T.SDP_OFFER, payload: sent }, head)).toBe(true)
    await trio.alice.send(T.SDP_OFFER, sent)
    if (ofBob === undefined) expect(trio.bob.lastFrame).toEqual(whole)
    expect(trio.bob.take(T.SDP_OFFER)).toHaveLength(1)
  })
})

describe('in a room', () => {
  test('RELAY-6 ROOM-8 WIRE-11 what a member gets is what the server writes after parsing it, however it was written', async () => {
    const house = createHouse()
    const [alice, bob] = [
      await house.logIn('alice', ROOM_CAPABILITIES),
      await house.logIn('bob', ROOM_CAPABILITIES),
    ]
    for (const client of [alice, bob]) await client.send(T.ROOM_JOIN, { room_id: 'voice' })
    const ids = { call_id: 'voice', from_user_id: alice.userId, to_user_id: bob.userId }
    const head = roomSignalHead('voice', alice.userId)
    let verbatim = 0
    await fc.assert(
      fc.asyncProperty(nearly, async (make) => {
        const { type, bytes } = make(ids)
        await alice.send(type, bytes)
        const got = bob.take(type).map((received) => received.text.replace(/,"seq":\d+\}$/, '}'))
        const due = expected(type, bytes, ids)
        expect(got).toEqual(due === undefined ? [] : [due])
        const addressee = verbatimAddressee({ type, payload: bytes }, head)
        if (addressee === bob.userId) {
          expect(due).toBe(bytes.toString())
          verbatim += 1
        }
      }),
      { numRuns: 2000 },
    )
    expect(verbatim).toBeGreaterThan(50)
  })

  test('RELAY-6 ROOM-8 an id that never ends is none', () => {
    const head = roomSignalHead('voice', 'alice')
    const payload = Buffer.concat([head, Buffer.alloc(100_000, 'x'), Buffer.from('","sdp":"v=0"}')])
    expect(verbatimAddressee({ type: T.SDP_OFFER, payload }, head)).toBeUndefined()
  })
})

describe('plain text', () => {
  test('RELAY-6 the module is its source, assembled', async () => {
    const wabt = await initWabt()
    const source = readFileSync('src/protocol/verbatim/plain-text.wat', 'utf8')
    const parsed = wabt.parseWat('plain-text.wat', source, { simd: true })
    const { buffer } = parsed.toBinary({})
    const [, module] =
      /MODULE =\s+'([^']+)'/.exec(readFileSync('src/protocol/verbatim/plain-text.ts', 'utf8')) ?? []
    expect(module).toBe(Buffer.from(buffer).toString('base64'))
  })

  test('RELAY-6 is told from what is not, wherever it stands', () => {
    const plain = fc.array(fc.constantFrom('a', '~', ' ', '\\n', '\\r', '/', '\u007f'), { maxLength: 60 })
    const odd = fc.constantFrom(
      '"',
      '\\',
      '\\t',
      '\\"',
      '\\\\',
      '\\u0041',
      '\u0000',
      '\n',
      '\u001f',
      'é',
      '\u0080',
    )
    fc.assert(
      fc.property(plain, fc.option(odd), plain, fc.nat(40), (before, oddity, after, offset) => {
        const inside = [...before, oddity ?? '', ...after].join('')
        const bytes = Buffer.from(`${'"'.repeat(offset)}${inside}"n\\`)
        const end = bytes.length - 3
        const naive = /^(?:[ !#-[\]-\u007f]|\\[nr])*$/.test(inside)
        expect(isPlainText(bytes, offset, end)).toBe(naive)
        if (naive) expect(JSON.stringify(JSON.parse(`"${inside}"`))).toBe(`"${inside}"`)
      }),
      { numRuns: 2000 },
    )
  })

  test('RELAY-6 what is too long to look at in one go is left to whoever parses', () => {
    expect(isPlainText(Buffer.alloc(65_000, 0x61), 0, 65_000)).toBe(true)
    expect(isPlainText(Buffer.alloc(100_000, 0x61), 0, 100_000)).toBe(false)
  })
})
