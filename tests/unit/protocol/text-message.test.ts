import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { decodeRequest } from '../../../src/protocol/codec/decode-request.ts'
import { encodeFrame, type ReceivedFrame } from '../../../src/protocol/framing/frame.ts'
import {
  frameOfText,
  LONGEST_OPENING,
  openingOfText,
  REST_OF_FRAME,
} from '../../../src/protocol/codec/text-message.ts'
import { messagesByCode } from '../../../src/protocol/message-table.ts'
import { examples } from '../../support/documented-examples.ts'

const messages = [...messagesByCode.values()]
const textOf = (frame: Buffer) =>
  Buffer.concat([openingOfText(frame), frame.subarray(REST_OF_FRAME)]).toString()

function read(text: string): ReceivedFrame {
  const frame = frameOfText(Buffer.from(text))
  if (!frame.ok) throw new Error(frame.error.detail)
  return frame.value
}

function refusal(text: string) {
  const frame = frameOfText(Buffer.from(text))
  if (frame.ok) throw new Error('it was read')
  return frame.error
}

/** As over TCP, whole frame by whole frame. */
function heard(frame: ReceivedFrame) {
  const decoded = decodeRequest(frame)
  return decoded.ok ? decoded.value : decoded.error
}

const fields = fc.dictionary(
  fc.string({ unit: 'grapheme' }).filter((name) => name !== 'type'),
  fc.jsonValue(),
)
const anyPayload = fc.oneof(
  fields,
  fc.constantFrom(...examples().map(({ text }) => z.record(z.string(), z.json()).parse(JSON.parse(text)))),
)
const anyMessage = fc.record({ message: fc.constantFrom(...messages), payload: anyPayload })

describe('a message as text', () => {
  test('WS-3 no message has a field called type, and every name is short enough to be found', () => {
    for (const { name, client, server } of messages) {
      const schemas = [client, server].filter((side) => side !== undefined).map(({ schema }) => schema)
      for (const schema of schemas) {
        const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
        expect(Object.keys(properties)).not.toContain('type')
      }
      expect(`{"type":"${name}",`.length).toBeLessThan(LONGEST_OPENING)
    }
  })

  test('WS-3 a frame becomes text and the same frame again, byte for byte', () => {
    fc.assert(
      fc.property(anyMessage, ({ message: { code, name }, payload }) => {
        const frame = encodeFrame(code, JSON.stringify(payload))
        const text = textOf(frame)
        expect(JSON.parse(text)).toEqual({ type: name, ...JSON.parse(JSON.stringify(payload)) })
        expect(read(text).whole.equals(frame)).toBe(true)
      }),
    )
  })

  test('WS-3 in any order and with any white space it is heard as the frame is', () => {
    fc.assert(
      fc.property(
        anyMessage,
        fc.nat(),
        fc.constantFrom(undefined, 1, '\t'),
        ({ message: { code, name }, payload }, at, space) => {
          const entries: [string, unknown][] = Object.entries(payload)
          entries.splice(at % (entries.length + 1), 0, ['type', name])
          const found = read(JSON.stringify(Object.fromEntries(entries), undefined, space))
          expect(found.type).toBe(code)
          expect(found.whole.readUInt32BE(0)).toBe(found.whole.length - 4)
          expect(found.whole[4]).toBe(code)
          const frame = encodeFrame(code, JSON.stringify(payload))
          expect(heard(found)).toEqual(heard({ type: code, payload: frame.subarray(5), whole: frame }))
        },
      ),
    )
  })

  test('WS-4 whatever text comes, it is a frame or a reason', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const frame = frameOfText(Buffer.from(text))
        expect(frame.ok ? frame.value.whole.length : frame.error.reason).toBeTruthy()
      }),
    )
  })

  test.each([
    ['', 'invalid_json'],
    ['{"type":"HEARTBEAT"', 'invalid_json'],
    ['{"type":"NO_SUCH","a"', 'invalid_json'],
    ['\u{feff}{"type":"HEARTBEAT","timestamp":1}', 'invalid_json'],
    ['[{"type":"HEARTBEAT"}]', 'not_an_object'],
    ['"HEARTBEAT"', 'not_an_object'],
    ['null', 'not_an_object'],
    ['{}', 'invalid_field'],
    ['{"type":17,"timestamp":1}', 'invalid_field'],
    ['{"__proto__":{"type":"HEARTBEAT"}}', 'invalid_field'],
    ['{"type":"NO_SUCH"}', 'unknown_type'],
    ['{"type":"heartbeat"}', 'unknown_type'],
    ['{"type":"constructor"}', 'unknown_type'],
  ])('WS-4 %j is refused as %s', (text, reason) => {
    expect(refusal(text).reason).toBe(reason)
  })

  test('WS-4 what was asked is named in the refusal, and nothing else of it', () => {
    const { detail, requestId } = refusal('{"type":"SECRET_THING","request_id":"r1"}')
    expect(requestId).toBe('r1')
    expect(detail).not.toContain('SECRET')
  })

  test('WS-4 bytes that are no UTF-8 are refused', () => {
    const frame = frameOfText(Buffer.from([0x7b, 0xff, 0x7d]))
    expect(frame.ok ? undefined : frame.error.reason).toBe('invalid_utf8')
  })

  test('WS-3 a name may be written with escapes, and a message may have no fields', () => {
    const code = messages.find(({ name }) => name === 'LOGOUT_REQUEST')?.code
    for (const text of [
      '{"type":"LOGOUT_REQUEST"}',
      '{"type":"LOGOUT\\u005fREQUEST"}',
      ' {"type":"LOGOUT_REQUEST"}',
    ])
      expect(read(text).type).toBe(code)
    expect(read('{"type":"LOGOUT_REQUEST"}').payload.toString()).toBe('{}')
    expect(textOf(encodeFrame(code ?? 0, '{}'))).toBe('{"type":"LOGOUT_REQUEST"}')
  })

  test('WS-3 nesting without end is read as deep as it is, and refused where it is wrong', () => {
    expect(refusal('['.repeat(1_048_000)).reason).toBe('invalid_json')
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},"type":"HEARTBEAT","timestamp":1}`
    expect(heard(read(deep))).toMatchObject({ message: { type: 'HEARTBEAT', payload: { timestamp: 1 } } })
  })
})
