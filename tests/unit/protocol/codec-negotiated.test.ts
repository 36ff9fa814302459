import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRequest } from '../../../src/protocol/codec/decode-request.ts'
import { decodeServerMessage } from '../../../src/protocol/codec/decode-server-message.ts'
import { encodeMessage } from '../../../src/protocol/codec/encode-message.ts'
import type { Frame } from '../../../src/protocol/framing/frame.ts'
import type { ClientMessage, ServerMessage } from '../../../src/protocol/message-table.ts'
import { pushAnswers, pushRequests } from './codec-push.support.ts'
import { sfuAnswers, sfuRequests } from './codec-sfu.support.ts'
import { watchAnswers, watchRequest } from './codec-watch.support.ts'

const unframe = (bytes: Buffer): Frame => ({ type: bytes.readUInt8(4), payload: bytes.subarray(5) })

const text = fc.string({ unit: 'grapheme' })
const flag = fc.boolean()
const natural = fc.maxSafeNat()
const flags = { on_hold: flag, audio_muted: flag, video_muted: flag }
const peer = { call_id: text, peer_user_id: text, peer_username: text }
/** Objects as JSON.parse gives them, `__proto__` and all. */
const metadata = fc
  .dictionary(fc.oneof(text, fc.constant('__proto__')), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 })
  .map((value): unknown => JSON.parse(JSON.stringify(value)))
  .filter((value): value is Record<string, unknown> => Buffer.byteLength(JSON.stringify(value)) <= 2048)

const secret = fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 32 })

const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant('HELLO' as const),
    payload: fc.record({
      protocol: fc.maxSafeInteger(),
      client: fc.string({ unit: 'grapheme-composite', maxLength: 32 }),
      capabilities: fc.array(fc.string({ maxLength: 64 }), { maxLength: 64 }),
    }),
  }),
  fc.record({
    type: fc.constant('RESUME' as const),
    payload: fc.record({ session_token: fc.string({ minLength: 1, maxLength: 128 }), last_seq: natural }),
  }),
  fc.record({
    type: fc.constant('CALL_UPDATE' as const),
    payload: fc
      .record({ call_id: text, ...flags }, { requiredKeys: ['call_id'] })
      .filter((update) => Object.keys(update).length > 1),
  }),
  fc.record({ type: fc.constant('CALL_ALERTING' as const), payload: fc.record({ call_id: text }) }),
  fc.record({
    type: fc.constant('CALL_TRANSFER' as const),
    payload: fc.record({ call_id: text, to_user_id: text }),
  }),
  fc.record({ type: fc.constant('ICE_SERVERS_REQUEST' as const), payload: fc.record({}) }),
  fc.record({
    type: fc.constant('CHANGE_PASSWORD' as const),
    payload: fc.record({ password_hash: secret, new_password_hash: secret }),
  }),
  fc.record({ type: fc.constant('DO_NOT_DISTURB' as const), payload: fc.record({ on: flag }) }),
  ...pushRequests,
  watchRequest,
  ...sfuRequests,
  fc.record({
    type: fc.constant('DELETE_ACCOUNT' as const),
    payload: fc.record({ password_hash: secret }),
  }),
  fc.record({
    type: fc.constant('CALL_REQUEST' as const),
    payload: fc.record({ to_user_id: text, sdp: text, metadata }, { requiredKeys: ['to_user_id'] }),
  }),
  fc.record({
    type: fc.constant('CALL_RESPONSE' as const),
    payload: fc.record(
      { call_id: text, accepted: flag, sdp: text },
      { requiredKeys: ['call_id', 'accepted'] },
    ),
  }),
  fc.record({
    type: fc.constant('HEARTBEAT' as const),
    payload: fc.record({ timestamp: fc.maxSafeInteger(), ack: natural }, { requiredKeys: ['timestamp'] }),
  }),
)

const state = fc.constantFrom('connected' as const, 'reconnecting' as const)
const role = fc.constantFrom('caller' as const, 'callee' as const)
const side = fc.record(flags)

const resumedCall = fc.record(
  {
    call_id: text,
    phase: fc.constantFrom('ringing' as const, 'active' as const),
    role,
    peer_user_id: text,
    peer_username: text,
    peer_state: state,
    own: side,
    peer: side,
    duration_ms: natural,
    expires_in_ms: natural,
    alerting: flag,
  },
  {
    requiredKeys: [
      'call_id',
      'phase',
      'role',
      'peer_user_id',
      'peer_username',
      'peer_state',
      'own',
      'peer',
      'duration_ms',
    ],
  },
)

const limits = fc.record({
  max_frame_bytes: natural,
  max_frame_bytes_before_login: natural,
  max_relayed_payload_bytes: natural,
  max_call_payload_bytes: natural,
  max_metadata_bytes: natural,
  login_timeout_ms: natural,
  frame_timeout_ms: natural,
  heartbeat_interval_ms: natural,
  session_timeout_ms: natural,
  ring_timeout_ms: natural,
  resume_window_ms: natural,
  max_outbox_frames: natural,
  max_outbox_bytes: natural,
  max_failed_resumes_per_minute: natural,
})

const iceServer = fc.record(
  { urls: fc.array(text), username: text, credential: text },
  { requiredKeys: ['urls'] },
)

const serverMessage: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({
    type: fc.constant('WELCOME' as const),
    payload: fc.record({ protocol: natural, server: text, capabilities: fc.array(text), limits }),
  }),
  fc.record({
    type: fc.constant('RESUMED' as const),
    payload: fc.record({
      user_id: text,
      username: text,
      session_token: text,
      resume_window_ms: natural,
      replayed: natural,
      received: natural,
      call: fc.option(resumedCall),
    }),
  }),
  fc.record({
    type: fc.constant('RESUME_REFUSED' as const),
    payload: fc.record({
      reason: fc.constantFrom(
        'unknown' as const,
        'expired' as const,
        'replaced' as const,
        'overflow' as const,
      ),
    }),
  }),
  fc.record({ type: fc.constant('PEER_STATE' as const), payload: fc.record({ call_id: text, state }) }),
  fc.record({
    type: fc.constant('RINGING' as const),
    payload: fc.record(
      { ...peer, expires_in_ms: natural, alerting: fc.constant(true as const) },
      { requiredKeys: ['call_id', 'peer_user_id', 'peer_username', 'expires_in_ms'] },
    ),
  }),
  fc.record({
    type: fc.constant('CALL_UPDATE' as const),
    payload: fc.record(
      { call_id: text, from_user_id: text, ...flags },
      { requiredKeys: ['call_id', 'from_user_id'] },
    ),
  }),
  fc.record({
    type: fc.constant('ICE_SERVERS' as const),
    payload: fc.record(
      {
        ice_servers: fc.array(iceServer, { maxLength: 3 }),
        ttl_secs: fc.integer({ min: 1 }),
        gathering_timeout_ms: natural,
        connection_timeout_ms: natural,
        rtp_port_range: fc.record({ start: natural, end: natural }),
      },
      { requiredKeys: ['ice_servers', 'gathering_timeout_ms', 'connection_timeout_ms', 'rtp_port_range'] },
    ),
  }),
  fc.record({
    type: fc.constantFrom('PASSWORD_CHANGED' as const, 'ACCOUNT_DELETED' as const),
    payload: fc.constant({}),
  }),
  fc.record({ type: fc.constant('DO_NOT_DISTURB_STATE' as const), payload: fc.record({ on: flag }) }),
  ...watchAnswers,
  ...sfuAnswers,
  ...pushAnswers,
  fc.record({
    type: fc.constant('GOAWAY' as const),
    payload: fc.record({ reason: text, reconnect_after_ms: natural }),
  }),
  fc.record({
    type: fc.constant('CALL_NOTIFICATION' as const),
    payload: fc.record(
      { call_id: text, from_user_id: text, from_username: text, sdp: text, metadata },
      { requiredKeys: ['call_id', 'from_user_id', 'from_username'] },
    ),
  }),
  fc.record({
    type: fc.constant('CALL_ACCEPTED' as const),
    payload: fc.record(
      { ...peer, role, sdp: text },
      { requiredKeys: ['call_id', 'peer_user_id', 'peer_username'] },
    ),
  }),
  fc.record({
    type: fc.constant('HANGUP' as const),
    payload: fc.record({ call_id: text, reason: text, duration_ms: natural }),
  }),
)

/** Those that a resumable session is sent with `seq`. */
const SEQUENCED: ReadonlySet<string> = new Set([
  'PEER_STATE',
  'RINGING',
  'CALL_UPDATE',
  'CALL_NOTIFICATION',
  'CALL_ACCEPTED',
  'HANGUP',
  'SDP_OFFER',
  'SDP_ANSWER',
  'ICE_CANDIDATE',
  'SFU_STATE',
  'SFU_MUTED',
])

const requestId = fc.option(fc.string({ unit: 'grapheme-composite', maxLength: 16 }), { nil: undefined })
const seq = fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: undefined })

/** Objects are built with a null prototype by some and not by others; what counts is what they are as JSON. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function objectIn(bytes: Buffer): object {
  const json: unknown = JSON.parse(bytes.subarray(5).toString('utf8'))
  if (typeof json !== 'object' || json === null) throw new Error('no object')
  return json
}

describe('the codec of what HELLO adds', () => {
  test('WIRE-7 REQ-1 decoding gives back every request that was encoded', () => {
    fc.assert(
      fc.property(clientMessage, requestId, (message, id) => {
        const decoded = decodeRequest(unframe(encodeMessage(message, { requestId: id })))
        expect(asJson(decoded)).toEqual(asJson({ ok: true, value: { message, requestId: id } }))
      }),
    )
  })

  test('WIRE-11 RESUME-1 REQ-1 decoding gives back every server message, its seq and its request_id', () => {
    fc.assert(
      fc.property(serverMessage, seq, requestId, (message, number, id) => {
        const bytes = encodeMessage(message, { seq: number, requestId: id })
        const numbered = SEQUENCED.has(message.type) && number !== undefined ? { seq: number } : {}
        const wanted = { ...message, payload: { ...message.payload, ...numbered } }
        expect(asJson(decodeServerMessage(unframe(bytes)))).toEqual(
          asJson({ ok: true, value: { message: wanted, requestId: id } }),
        )
      }),
    )
  })

  test('RESUME-1 REQ-1 seq comes after all other fields, and request_id after seq', () => {
    fc.assert(
      fc.property(serverMessage, seq, requestId, (message, number, id) => {
        const bytes = encodeMessage(message, { seq: number, requestId: id })
        expect(bytes.readUInt32BE(0)).toBe(bytes.length - 4)
        const payload = objectIn(bytes)
        const fields = Object.keys(message.payload)
        if (number !== undefined) fields.push('seq')
        if (id !== undefined) fields.push('request_id')
        expect(Object.keys(payload)).toEqual(fields)
        expect(payload).toMatchObject({
          ...(number === undefined ? {} : { seq: number }),
          ...(id === undefined ? {} : { request_id: id }),
        })
      }),
    )
  })

  test.each([
    [{}, '{}'],
    [{ seq: 7 }, '{"seq":7}'],
    [{ requestId: 'r"' }, '{"request_id":"r\\""}'],
    [{ seq: 7, requestId: '' }, '{"seq":7,"request_id":""}'],
  ])('REQ-1 RESUME-1 a message without fields of its own bears them alone: %j', (tail, text) => {
    const bytes = encodeMessage({ type: 'ICE_SERVERS_REQUEST', payload: {} }, tail)
    expect(bytes.subarray(5).toString('utf8')).toBe(text)
    expect(bytes.readUInt32BE(0)).toBe(1 + text.length)
  })

  test('CALL-14 what is not said is not written', () => {
    const payload = {
      call_id: 'c',
      from_user_id: 'u',
      on_hold: undefined,
      audio_muted: true,
      video_muted: undefined,
    }
    const bytes = encodeMessage({ type: 'CALL_UPDATE', payload }, { seq: 1, requestId: 'r' })
    expect(bytes.subarray(5).toString('utf8')).toBe(
      '{"call_id":"c","from_user_id":"u","audio_muted":true,"seq":1,"request_id":"r"}',
    )
  })
})
