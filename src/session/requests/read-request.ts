import type { Invitation } from '../../application/effect.ts'
import type { Signal } from '../../application/signaling/signal.ts'
import type { CallSideChange } from '../../domain/call-side.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'

type Message<Name extends ClientMessage['type']> = Extract<ClientMessage, { type: Name }>

export type SignalMessage = Message<'SDP_OFFER' | 'SDP_ANSWER' | 'ICE_CANDIDATE'>

/** From the words of the wire to ours: the counterpart of `presentSignal`. */
export function readSignal({ type, payload }: SignalMessage): {
  call: string
  to: string
  signal: Signal
} {
  const { call_id: call, to_user_id: to } = payload
  switch (type) {
    case 'SDP_OFFER':
      return { call, to, signal: { kind: 'offer', sdp: payload.sdp } }
    case 'SDP_ANSWER':
      return { call, to, signal: { kind: 'answer', sdp: payload.sdp } }
    case 'ICE_CANDIDATE': {
      const { candidate, sdp_mid: sdpMid, sdp_mline_index: sdpMlineIndex } = payload
      return { call, to, signal: { kind: 'candidate', candidate, sdpMid, sdpMlineIndex } }
    }
    default:
      return type satisfies never
  }
}

export function readInvitation({ payload }: Message<'CALL_REQUEST'>): Invitation {
  return { offer: payload.sdp, metadata: payload.metadata }
}

export function readChange({ payload }: Message<'CALL_UPDATE'>): CallSideChange {
  const { on_hold: onHold, audio_muted: audioMuted, video_muted: videoMuted } = payload
  return { onHold, audioMuted, videoMuted }
}
