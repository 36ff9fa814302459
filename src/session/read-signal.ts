import type { Signal } from '../application/signaling/signal.ts'
import type { ClientMessage } from '../protocol/message-table.ts'

type SignalingMessage = Extract<ClientMessage, { type: 'SDP_OFFER' | 'SDP_ANSWER' | 'ICE_CANDIDATE' }>

/** From the words of the wire to ours: the counterpart of `presentSignal`. */
export function readSignal(message: SignalingMessage): { call: string; to: string; signal: Signal } {
  const addressed = { call: message.payload.call_id, to: message.payload.to_user_id }
  switch (message.type) {
    case 'SDP_OFFER':
      return { ...addressed, signal: { kind: 'offer', sdp: message.payload.sdp } }
    case 'SDP_ANSWER':
      return { ...addressed, signal: { kind: 'answer', sdp: message.payload.sdp } }
    case 'ICE_CANDIDATE': {
      const { candidate, sdp_mid: sdpMid, sdp_mline_index: sdpMlineIndex } = message.payload
      return { ...addressed, signal: { kind: 'candidate', candidate, sdpMid, sdpMlineIndex } }
    }
  }
  message satisfies never
}
