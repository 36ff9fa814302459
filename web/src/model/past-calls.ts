import type { Person } from 'roomrtc-client'
import type { PastCall as Kept } from 'roomrtc-client/history'
import type { CallKind, CallView } from './call-view.ts'

/** A call that is over, as the list has it: of this visit, or of earlier ones. */
export interface PastCall {
  readonly id: number
  /** By which the server knows it. */
  readonly callId: string | undefined
  readonly peer: Person
  readonly role: CallView['role']
  readonly kind: CallKind
  /** Milliseconds since 1970. */
  readonly at: number
  readonly durationMs: number
  readonly outcome: Outcome
}

export type Outcome =
  | 'talked'
  | 'missed'
  | 'unanswered'
  | 'declined_by_me'
  | 'declined_by_peer'
  | 'cancelled'
  | 'busy'
  | 'unavailable'
  | 'lost'
  | 'peer_lost'
  | 'refused'

const MOST = 20

export function withPast(past: readonly PastCall[], call: PastCall): readonly PastCall[] {
  return [call, ...past].slice(0, MOST)
}

/** Those that the server knows and the list does not, each at its place. */
export function withHistory(past: readonly PastCall[], history: readonly PastCall[]): readonly PastCall[] {
  const known = new Set(past.map(({ callId }) => callId))
  const further = history.filter(({ callId }) => !known.has(callId))
  return [...past, ...further].toSorted((a, b) => b.at - a.at).slice(0, MOST)
}

/** What has become of a call, in the words of the server's history. */
export function outcomeInHistory({ outcome, direction }: Pick<Kept, 'outcome' | 'direction'>): Outcome {
  if (outcome === 'declined') return direction === 'incoming' ? 'declined_by_me' : 'declined_by_peer'
  return kept[outcome] ?? 'lost'
}

const kept: Readonly<Record<string, Outcome>> = {
  answered: 'talked',
  missed: 'missed',
  cancelled: 'cancelled',
  no_answer: 'unanswered',
  busy: 'busy',
  unavailable: 'unavailable',
}

/** What has become of a call, from the word with which it ended. */
export function outcomeOf(
  role: CallView['role'],
  { reason, wasAnswered }: { readonly reason: string; readonly wasAnswered: boolean },
): Outcome {
  if (['lost', 'expired', 'closed'].includes(reason)) return 'lost'
  if (wasAnswered) return reason === 'peer_disconnected' ? 'peer_lost' : 'talked'
  if (role === 'callee') return reason === 'declined' ? 'declined_by_me' : 'missed'
  return placed[reason] ?? 'refused'
}

/** Of a call that nobody has answered, for who placed it. */
const placed: Readonly<Record<string, Outcome>> = {
  declined: 'declined_by_peer',
  timeout: 'unanswered',
  cancelled: 'cancelled',
  hangup: 'cancelled',
  callee_busy: 'busy',
  user_unavailable: 'unavailable',
  do_not_disturb: 'unavailable',
  user_not_found: 'unavailable',
  peer_disconnected: 'unavailable',
  logout: 'unavailable',
  replaced: 'unavailable',
}
