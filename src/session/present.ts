import type { Effect } from '../application/effect.ts'
import type { User } from '../domain/user.ts'
import type { UserState } from '../domain/user-state.ts'
import type { ServerMessage } from '../protocol/message-table.ts'
import type { ListedUser } from '../protocol/messages/user.ts'
import { fitUserList } from '../protocol/fit-user-list.ts'

type Relay = Extract<Effect, { kind: 'relay' }>
type Told = Exclude<Effect, { kind: 'session-opened' | 'session-ended' | 'call-connected' | 'call-ended' }>

/** Puts an effect into the words of the wire: the v1 fields first and in their order (WIRE-11). */
export function present(effect: Told): ServerMessage {
  switch (effect.kind) {
    case 'answer-registered':
      return { type: 'REGISTER_RESPONSE', payload: identified(effect.user) }
    case 'answer-logged-in':
      return { type: 'LOGIN_RESPONSE', payload: identified(effect.user) }
    case 'answer-logged-out':
      return { type: 'LOGOUT_RESPONSE', payload: { success: true, error: null } }
    case 'answer-user-list':
      return { type: 'USER_LIST_RESPONSE', payload: fitUserList(listed(effect.users)) }
    case 'tell-incoming-call': {
      const { call, from } = effect
      return {
        type: 'CALL_NOTIFICATION',
        payload: { call_id: call, from_user_id: from.id, from_username: from.username },
      }
    }
    case 'tell-accepted':
      return { type: 'CALL_ACCEPTED', payload: callAndPeer(effect) }
    case 'tell-declined':
      return { type: 'CALL_DECLINED', payload: { ...callAndPeer(effect), reason: effect.reason } }
    case 'tell-hangup':
      return { type: 'HANGUP', payload: { call_id: effect.call, reason: effect.reason } }
    case 'relay':
      return presentSignal(effect)
    case 'presence':
      return { type: 'USER_STATE_UPDATE', payload: listedUser({ ...effect.user, state: effect.state }) }
  }
  effect satisfies never
}

// The hot path: written out, because spreading an object costs more than all the rest of a relay.
function presentSignal({ call: call_id, from: from_user_id, to: to_user_id, signal }: Relay): ServerMessage {
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

function identified(user: User): { success: true; user_id: string; username: string } {
  return { success: true, user_id: user.id, username: user.username }
}

function callAndPeer({ call, peer }: { call: string; peer: User }): {
  call_id: string
  peer_user_id: string
  peer_username: string
} {
  return { call_id: call, peer_user_id: peer.id, peer_username: peer.username }
}

function listedUser(user: User & { readonly state: UserState }): ListedUser {
  return { user_id: user.id, username: user.username, state: user.state }
}

function* listed(users: Iterable<User & { readonly state: UserState }>): Iterable<ListedUser> {
  for (const user of users) yield listedUser(user)
}
