import fc from 'fast-check'

const text = fc.string({ unit: 'grapheme' })
const connection = fc.string({ minLength: 1, maxLength: 64 })
const index = fc.integer({ min: 0, max: 0xffff_ffff })

export const sfuRequests = [
  fc.record({
    type: fc.constant('SFU_MUTE' as const),
    payload: fc.record({
      room_id: fc.string({ maxLength: 64 }),
      user_id: text,
      kind: fc.constantFrom('audio' as const, 'video' as const),
      muted: fc.boolean(),
    }),
  }),
  fc.record({
    type: fc.constant('SFU_LAYERS' as const),
    payload: fc.record({
      room_id: fc.string({ maxLength: 64 }),
      connection,
      mid: connection,
      substream: fc.integer({ min: 0, max: 2 }),
    }),
  }),
  fc.record({
    type: fc.constant('SFU_RENEW' as const),
    payload: fc.record({ room_id: fc.string({ maxLength: 64 }) }),
  }),
  fc.record({
    type: fc.constantFrom('SDP_OFFER' as const, 'SDP_ANSWER' as const),
    payload: fc.record({ call_id: text, to_user_id: text, sdp: text, connection }),
  }),
  fc.record({
    type: fc.constant('ICE_CANDIDATE' as const),
    payload: fc.record({
      call_id: text,
      to_user_id: text,
      candidate: text,
      sdp_mid: text,
      sdp_mline_index: index,
      connection,
    }),
  }),
]

const stream = fc.record({
  mid: text,
  user_id: text,
  kind: fc.constantFrom('audio' as const, 'video' as const),
  source: text,
})
const between = { call_id: text, from_user_id: text, to_user_id: text }

export const sfuAnswers = [
  fc.record({
    type: fc.constant('SDP_OFFER' as const),
    payload: fc.record({ ...between, sdp: text, connection, streams: fc.array(stream, { maxLength: 3 }) }),
  }),
  fc.record({
    type: fc.constant('SDP_ANSWER' as const),
    payload: fc.record({ ...between, sdp: text, connection }),
  }),
  fc.record({
    type: fc.constant('ICE_CANDIDATE' as const),
    payload: fc.record({ ...between, candidate: text, sdp_mid: text, sdp_mline_index: index, connection }),
  }),
  fc.record({
    type: fc.constant('SFU_SPEAKING' as const),
    payload: fc.record({ room_id: text, user_ids: fc.array(text, { maxLength: 3 }) }),
  }),
  fc.record({
    type: fc.constant('SFU_MUTED' as const),
    payload: fc.record({
      room_id: text,
      kind: fc.constantFrom('audio' as const, 'video' as const),
      muted: fc.boolean(),
    }),
  }),
  fc.record({
    type: fc.constant('SFU_STATE' as const),
    payload: fc.record({ room_id: text, state: fc.constantFrom('lost' as const, 'ready' as const) }),
  }),
]
