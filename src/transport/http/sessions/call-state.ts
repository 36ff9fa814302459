import type { CallView } from '../../../application/call/call-view.ts'

export const callStates = ['ringing', 'incall', 'onhold', 'ended'] as const
export type CallState = (typeof callStates)[number]

/** In one word; a call that is not there any more has ended. */
export function stateOf(call: CallView | undefined): CallState {
  if (call === undefined) return 'ended'
  if (call.phase === 'ringing') return 'ringing'
  return call.ownSide.onHold || call.peerSide.onHold ? 'onhold' : 'incall'
}
