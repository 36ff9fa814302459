import type { User } from '../../domain/user.ts'
import type { ErrorReason } from '../../protocol/error-reasons.ts'
import type { ClientMessage } from '../../protocol/message-table.ts'
import type { Session } from '../../session/session.ts'
import type { HeldCandidates } from './held-candidates.ts'
import type { Incoming } from './incoming.ts'

/** A client that asks, as far as what it asks depends on it. */
export interface Asking {
  readonly isLoggedIn: boolean
  /** Its call, ringing or active. */
  readonly call: Session['call']
  /** The call with which it is being rung. */
  readonly ring: string | undefined
  readonly held: HeldCandidates
  /** As if the client had sent the message. */
  readonly say: (message: ClientMessage) => Promise<void>
  readonly refuse: (type: ClientMessage['type'], reason: ErrorReason, detail?: string) => void
  /** What comes of it is nothing, and costs nevertheless. */
  readonly ignore: () => void
}

type AboutCall = Exclude<Incoming, { readonly kind: 'register' }>

interface Deps {
  readonly findUser: (username: string) => Promise<User | undefined>
}

/** From what a client asks in events to the messages that do it. */
export async function carryOut(asking: Asking, incoming: AboutCall, { findUser }: Deps): Promise<void> {
  const { call, ring, held, isLoggedIn } = asking
  switch (incoming.kind) {
    case 'call': {
      const { to, offer: sdp } = incoming
      if (call !== undefined && call.id === ring && !call.active && call.peer.username === to) {
        asking.refuse('CALL_REQUEST', 'callee_busy', 'That user is calling you: answer with answer_call')
        return
      }
      const callee = isLoggedIn ? await findUser(to) : undefined
      await asking.say({ type: 'CALL_REQUEST', payload: { to_user_id: callee?.id ?? '', sdp } })
      return
    }
    case 'answer': {
      const { answer: sdp } = incoming
      if (!isPeer(asking, incoming.to, 'CALL_RESPONSE')) return
      if (call?.active !== true) {
        await asking.say({ type: 'CALL_RESPONSE', payload: { call_id: call?.id ?? '', accepted: true, sdp } })
        return
      }
      if (sdp === undefined)
        asking.refuse('CALL_RESPONSE', 'invalid_field', 'answer_call: "answer" is missing')
      else
        await asking.say({ type: 'SDP_ANSWER', payload: { call_id: call.id, to_user_id: call.peer.id, sdp } })
      return
    }
    case 'decline':
    case 'end': {
      if (!isPeer(asking, incoming.to, 'HANGUP')) return
      if (call === undefined) asking.ignore()
      else if (incoming.kind === 'decline' && call.id === ring && !call.active)
        await asking.say({ type: 'CALL_RESPONSE', payload: { call_id: call.id, accepted: false } })
      else await asking.say({ type: 'HANGUP', payload: { call_id: call.id } })
      return
    }
    case 'candidate': {
      const { candidate } = incoming
      // Browsers go on finding candidates after a call has ended.
      if (call === undefined || candidate === undefined) {
        asking.ignore()
        return
      }
      if (!isPeer(asking, incoming.to, 'CALL_RESPONSE')) return
      if (call.active) {
        await asking.say({
          type: 'ICE_CANDIDATE',
          payload: { call_id: call.id, to_user_id: call.peer.id, ...candidate },
        })
        return
      }
      asking.ignore()
      if (!held.hold(call.id, candidate))
        asking.refuse('ICE_CANDIDATE', 'message_too_large', 'Too many candidates before the call is active')
      return
    }
    case 'log_out':
      if (isLoggedIn) await asking.say({ type: 'LOGOUT_REQUEST', payload: {} })
      else asking.ignore()
      return
    default:
      incoming satisfies never
  }
}

/** Sends the candidates that came while it rang, if the call is active now. */
export async function sendHeld({ call, held, say }: Asking): Promise<void> {
  if (call?.active !== true) return
  for (const candidate of held.take(call.id))
    await say({
      type: 'ICE_CANDIDATE',
      payload: { call_id: call.id, to_user_id: call.peer.id, ...candidate },
    })
}

/** Whether the client means the other party of its call; otherwise it is told so. */
function isPeer({ call, refuse }: Asking, to: string | undefined, type: ClientMessage['type']): boolean {
  if (call === undefined || to === undefined || call.peer.username === to) return true
  refuse(type, 'not_call_peer')
  return false
}
