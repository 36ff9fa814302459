import { talkedMs } from '../../domain/call.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { Clock } from '../ports/clock.ts'

interface Deps {
  readonly calls: CallStore
  readonly clock: Clock
}

export type CallsBeingSetUp = (activeForMs: number) => Promise<boolean>

/**
 * Whether a call rings, or has been active for less than so long (holds not counted): descriptions and candidates are
 * still to be exchanged.
 */
export function makeCallsBeingSetUp({ calls, clock }: Deps): CallsBeingSetUp {
  return async (activeForMs) => {
    const now = clock.monotonicMs()
    const live = await calls.list()
    return live.some((call) => call.phase === 'ringing' || talkedMs(call, now) < activeForMs)
  }
}
