import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRequest } from '../../../src/protocol/codec/decode-request.ts'
import { encodeMessage } from '../../../src/protocol/codec/encode-message.ts'
import type { Frame } from '../../../src/protocol/framing/frame.ts'
import type { ClientMessage, ServerMessage } from '../../../src/protocol/message-table.ts'
import { decodeServerMessage } from '../../../src/protocol/codec/decode-server-message.ts'
import { frame, T, takeFrames } from '../../support/wire/wire.ts'

function asFrame(type: number, payload: object | string | Uint8Array): Frame {
  return { type, payload: frame(type, payload).subarray(5) }
}

const unframe = (bytes: Buffer): Frame => ({ type: bytes.readUInt8(4), payload: bytes.subarray(5) })

const text = fc.string({ unit: 'grapheme' })
const addressed = { call_id: text, from_user_id: text, to_user_id: text }
const candidate = {
  ...addressed,
  candidate: text,
  sdp_mid: text,
  sdp_mline_index: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
}

const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ type: fc.constant('CALL_REQUEST' as const), payload: fc.record({ to_user_id: text }) }),
  fc.record({
    type: fc.constant('CALL_RESPONSE' as const),
    payload: fc.record({ call_id: text, accepted: fc.boolean() }),
  }),
  fc.record({ type: fc.constant('SDP_OFFER' as const), payload: fc.record({ ...addressed, sdp: text }) }),
  fc.record({ type: fc.constant('ICE_CANDIDATE' as const), payload: fc.record(candidate) }),
  fc.record({
    type: fc.constant('HEARTBEAT' as const),
    payload: fc.record({ timestamp: fc.maxSafeInteger() }),
  }),
)

const serverMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({ type: fc.constant('SDP_ANSWER' as const), payload: fc.record({ ...addressed, sdp: text }) }),
  fc.record({ type: fc.constant('ICE_CANDIDATE' as const), payload: fc.record(candidate) }),
  fc.record({
    type: fc.constant('USER_STATE_UPDATE' as const),
    payload: fc.record({
      user_id: text,
      username: text,
      state: fc.constantFrom('Available' as const, 'Busy' as const),
    }),
  }),
  fc.record({
    type: fc.constant('LOGIN_RESPONSE' as const),
    payload: fc.record({ success: fc.constant(true as const), user_id: text, username: text }),
  }),
)

const requestId = fc.option(fc.string({ maxLength: 64 }), { nil: undefined })

describe('the codec', () => {
  test('WIRE-7 REQ-1 decoding gives back every request that was encoded', () => {
    fc.assert(
      fc.property(clientMessage, requestId, (message, id) => {
        const decoded = decodeRequest(unframe(encodeMessage(message, { requestId: id })))
        expect(decoded).toEqual({ ok: true, value: { message, requestId: id } })
      }),
    )
  })

  test('WIRE-11 REQ-1 decoding gives back every server message, whose v1 fields come first', () => {
    fc.assert(
      fc.property(serverMessage, requestId, (message, id) => {
        const bytes = encodeMessage(message, { requestId: id })
        expect(takeFrames(bytes).rest).toHaveLength(0)
        expect(decodeServerMessage(unframe(bytes))).toEqual({ ok: true, value: { message, requestId: id } })
      }),
    )
  })

  test.each([
    ['WIRE-5 a type that does not exist', 0x7f, '{}', 'unknown_type', 'Unknown message type 0x7F'],
    [
      'WIRE-5 a type that only the server sends',
      T.ERROR,
      '{}',
      'server_only_type',
      'Only the server sends ERROR (0x12)',
    ],
    [
      'WIRE-6 broken UTF-8',
      T.CALL_REQUEST,
      Buffer.from('7b22c3287d', 'hex'),
      'invalid_utf8',
      'CALL_REQUEST: the payload is not valid UTF-8',
    ],
    [
      'WIRE-6 a byte order mark',
      T.CALL_REQUEST,
      '\u{feff}{}',
      'invalid_json',
      'CALL_REQUEST: the payload is not valid JSON',
    ],
    ['WIRE-6 no JSON', T.HANGUP, '{"call_id":', 'invalid_json', 'HANGUP: the payload is not valid JSON'],
    ['WIRE-6 an array', T.HANGUP, '[]', 'not_an_object', 'HANGUP: the payload is not a JSON object'],
    ['WIRE-6 null', T.HANGUP, 'null', 'not_an_object', 'HANGUP: the payload is not a JSON object'],
    [
      'WIRE-6 20,000 brackets',
      T.LOGIN_REQUEST,
      '['.repeat(20_000),
      'invalid_json',
      'LOGIN_REQUEST: the payload is not valid JSON',
    ],
    [
      'WIRE-7 a missing field',
      T.HANGUP,
      '{}',
      'invalid_field',
      'HANGUP: "call_id" is missing: expected string',
    ],
    [
      'WIRE-7 a field of the wrong type',
      T.HANGUP,
      '{"call_id":7}',
      'invalid_field',
      'HANGUP: "call_id": expected string, received number',
    ],
    [
      'WIRE-7 an empty password',
      T.LOGIN_REQUEST,
      '{"username":"a","password_hash":""}',
      'invalid_field',
      'LOGIN_REQUEST: "password_hash": too small: expected string to have >=1 characters',
    ],
    [
      'WIRE-7 a fraction for an index',
      T.ICE_CANDIDATE,
      '{"call_id":"c","to_user_id":"u","candidate":"","sdp_mid":"0","sdp_mline_index":0.5}',
      'invalid_field',
      'ICE_CANDIDATE: "sdp_mline_index": expected int, received number',
    ],
    [
      'WIRE-7 a negative index',
      T.ICE_CANDIDATE,
      '{"call_id":"c","to_user_id":"u","candidate":"","sdp_mid":"0","sdp_mline_index":-1}',
      'invalid_field',
      'ICE_CANDIDATE: "sdp_mline_index": too small: expected number to be >=0',
    ],
    [
      'WIRE-7 an index over 32 bits',
      T.ICE_CANDIDATE,
      '{"call_id":"c","to_user_id":"u","candidate":"","sdp_mid":"0","sdp_mline_index":4294967296}',
      'invalid_field',
      'ICE_CANDIDATE: "sdp_mline_index": too big: expected number to be <=4294967295',
    ],
    [
      'WIRE-7 a password of 4,097 characters',
      T.REGISTER_REQUEST,
      `{"username":"a","password_hash":"${'x'.repeat(4097)}"}`,
      'invalid_field',
      'REGISTER_REQUEST: "password_hash": too big: expected string to have <=4096 characters',
    ],
    [
      'WIRE-7 a timestamp too far below zero to be echoed',
      T.HEARTBEAT,
      '{"timestamp":-9007199254740993}',
      'invalid_field',
      'HEARTBEAT: "timestamp": too small: expected number to be >=-9007199254740991',
    ],
    [
      'WIRE-7 a timestamp that could not be echoed',
      T.HEARTBEAT,
      '{"timestamp":9007199254740993}',
      'invalid_field',
      'HEARTBEAT: "timestamp": too big: expected number to be <=9007199254740991',
    ],
    [
      'WIRE-8 no payload where there must be one',
      T.CALL_REQUEST,
      '',
      'invalid_json',
      'CALL_REQUEST: the payload is not valid JSON',
    ],
    [
      'REQ-1 a request_id that is too long',
      T.HANGUP,
      `{"call_id":"c","request_id":"${'x'.repeat(65)}"}`,
      'invalid_field',
      'HANGUP: "request_id" must be a string of at most 64 characters',
    ],
    [
      'REQ-1 a request_id that is a number',
      T.HANGUP,
      '{"call_id":"c","request_id":1}',
      'invalid_field',
      'HANGUP: "request_id" must be a string of at most 64 characters',
    ],
  ])('%s is refused in words', (_title, type, payload, reason, detail) => {
    expect(decodeRequest(asFrame(type, payload))).toMatchObject({ ok: false, error: { reason, detail } })
  })

  test('WIRE-8 no payload is {} where nothing is asked for', () => {
    for (const type of [T.USER_LIST_REQUEST, T.LOGOUT_REQUEST]) {
      expect(decodeRequest(asFrame(type, ''))).toMatchObject({
        ok: true,
        value: { message: { payload: {} } },
      })
    }
  })

  test('REQ-1 so has one of a type that is not for the server, as a newer client may send it', () => {
    for (const type of [0x7f, T.ERROR]) {
      expect(decodeRequest(asFrame(type, '{"request_id":"r"}'))).toMatchObject({ error: { requestId: 'r' } })
      expect(decodeRequest(asFrame(type, '{"request_id":7}'))).toMatchObject({
        error: { requestId: undefined },
      })
    }
  })

  test('WIRE-7 AUTH-6 a password with a lone surrogate, which would be hashed like any other one, is refused', () => {
    for (const type of [T.LOGIN_REQUEST, T.REGISTER_REQUEST]) {
      const decoded = decodeRequest(asFrame(type, '{"username":"a","password_hash":"\\ud800"}'))
      expect(decoded).toMatchObject({ error: { reason: 'invalid_field' } })
      expect(decodeRequest(asFrame(type, '{"username":"a","password_hash":"\\ud83d\\ude00"}'))).toMatchObject(
        { ok: true },
      )
    }
  })

  test('WIRE-7 a login with a name longer than any that is stored is refused before it waits for a hash', () => {
    const login = (length: number) =>
      decodeRequest(asFrame(T.LOGIN_REQUEST, { username: 'x'.repeat(length), password_hash: 'pw' }))
    expect(login(1024)).toMatchObject({ ok: true })
    expect(login(1025)).toMatchObject({ error: { reason: 'invalid_field' } })
  })

  test('REQ-1 a refused request still has its request_id', () => {
    expect(decodeRequest(asFrame(T.HANGUP, '{"request_id":"r"}'))).toMatchObject({
      error: { requestId: 'r' },
    })
  })

  test('WIRE-9 unknown fields are dropped, of a key given twice the last counts', () => {
    const decoded = decodeRequest(
      asFrame(T.HANGUP, '{"call_id":"a","x":[[]],"__proto__":{"y":1},"call_id":"b"}'),
    )
    expect(decoded).toEqual({
      ok: true,
      value: { message: { type: 'HANGUP', payload: { call_id: 'b' } }, requestId: undefined },
    })
  })

  test('WIRE-11 RELAY-5 a description is written as the native client reads it', () => {
    const sdp = 'v=0\r\no=- "ä" /\u{1f600}\r\n'
    const message = {
      type: 'SDP_OFFER',
      payload: { call_id: 'c', from_user_id: 'a', to_user_id: 'b', sdp },
    } as const
    expect(encodeMessage(message, { requestId: 'r' }).subarray(5).toString('utf8')).toBe(
      '{"call_id":"c","from_user_id":"a","to_user_id":"b","sdp":"v=0\\r\\no=- \\"ä\\" /😀\\r\\n","request_id":"r"}',
    )
  })

  test('a type that is newer than the client is passed over', () => {
    expect(decodeServerMessage(asFrame(0x55, '{}'))).toEqual({ ok: true, value: undefined })
  })
})
