import type { CallId, UserId } from '../../domain/ids.ts'
import { RefusalReason } from '../../domain/refusal.ts'
import { err, ok } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Outcome } from '../effect.ts'
import type { Signal } from './signal.ts'

/** The call of a session, written there when it is placed and erased when it ends: relaying touches no store. */
export interface CallLink {
  readonly id: CallId
  readonly peer: User
  /** It was accepted. */
  readonly active: boolean
}

/** Passes a signal to the other party of the sender's active call (RELAY-1, RELAY-3). */
export function relaySignal(
  sender: { readonly user: User; readonly call: CallLink | undefined },
  input: { readonly call: string; readonly to: string; readonly signal: Signal },
): Outcome {
  const { user, call } = sender
  if (call?.active !== true || call.id !== input.call) return err({ reason: RefusalReason.callNotFound })
  if (call.peer.id !== input.to) return err({ reason: RefusalReason.notCallPeer })
  const to: UserId = call.peer.id
  return ok([{ kind: 'relay', to, from: user.id, call: call.id, signal: input.signal }])
}
