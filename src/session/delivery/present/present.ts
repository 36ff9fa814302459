import type { Effect } from '../../../application/effect.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'

type Answer = Extract<
  Effect,
  {
    kind:
      | 'answer-registered'
      | 'answer-logged-out'
      | 'answer-password-changed'
      | 'answer-account-deleted'
      | 'answer-push'
  }
>
type Relay = Extract<Effect, { kind: 'relay' }>

/** Puts an effect that is the same for everybody into the words of the wire: the v1 fields first (WIRE-11). */
export function present(effect: Answer): ServerMessage {
  switch (effect.kind) {
    case 'answer-registered':
      return {
        type: 'REGISTER_RESPONSE',
        payload: { success: true, user_id: effect.user.id, username: effect.user.username },
      }
    case 'answer-logged-out':
      return { type: 'LOGOUT_RESPONSE', payload: { success: true, error: null } }
    case 'answer-password-changed':
      return { type: 'PASSWORD_CHANGED', payload: {} }
    case 'answer-account-deleted':
      return { type: 'ACCOUNT_DELETED', payload: {} }
    case 'answer-push':
      return 'publicKey' in effect.told
        ? { type: 'PUSH_KEY', payload: { public_key: effect.told.publicKey } }
        : { type: 'PUSH_STATE', payload: { subscriptions: effect.told.subscriptions } }
  }
  effect satisfies never
}

// The hot path: written out, because spreading an object costs more than all the rest of a relay.
export function presentSignal({
  call: call_id,
  from: from_user_id,
  to: to_user_id,
  signal,
}: Relay): ServerMessage {
  switch (signal.kind) {
    case 'offer':
      return { type: 'SDP_OFFER', payload: { call_id, from_user_id, to_user_id, sdp: signal.sdp } }
    case 'answer':
      return { type: 'SDP_ANSWER', payload: { call_id, from_user_id, to_user_id, sdp: signal.sdp } }
    case 'candidate': {
      const { candidate, sdpMid: sdp_mid, sdpMlineIndex: sdp_mline_index } = signal
      const payload = { call_id, from_user_id, to_user_id, candidate, sdp_mid, sdp_mline_index }
      return { type: 'ICE_CANDIDATE', payload }
    }
  }
  signal satisfies never
}
