import type { ClientMessage } from '../wire/client-messages.ts'
import type { ServerMessage } from '../wire/server-messages.ts'
import type { Signal } from './signal.ts'

interface Way {
  readonly call_id: string
  readonly from_user_id: string
  readonly to_user_id: string
}

/** With its fields in the order in which the server passes it on as it is (RELAY-6). */
export function toMessage({ call_id, from_user_id, to_user_id }: Way, signal: Signal): ClientMessage {
  const way = { call_id, from_user_id, to_user_id }
  if (signal.kind === 'candidate') {
    const { candidate, sdpMid, sdpMLineIndex } = signal
    // The wire knows no null: an empty mid stands for none.
    const place = { sdp_mid: sdpMid ?? '', sdp_mline_index: sdpMLineIndex ?? 0 }
    return { type: 'ICE_CANDIDATE', payload: { ...way, candidate, ...place } }
  }
  return {
    type: signal.kind === 'offer' ? 'SDP_OFFER' : 'SDP_ANSWER',
    payload: { ...way, sdp: signal.sdp },
  }
}

export function fromMessage(
  message: Extract<ServerMessage, { readonly type: 'SDP_OFFER' | 'SDP_ANSWER' | 'ICE_CANDIDATE' }>,
): Signal {
  switch (message.type) {
    case 'SDP_OFFER':
      return { kind: 'offer', sdp: message.payload.sdp }
    case 'SDP_ANSWER':
      return { kind: 'answer', sdp: message.payload.sdp }
    case 'ICE_CANDIDATE': {
      const { candidate, sdp_mid, sdp_mline_index } = message.payload
      return {
        kind: 'candidate',
        candidate,
        sdpMid: sdp_mid === '' ? null : sdp_mid,
        sdpMLineIndex: sdp_mline_index,
      }
    }
  }
}
