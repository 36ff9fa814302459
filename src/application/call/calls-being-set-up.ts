import { talkedMs } from '../../domain/call.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { Tx } from '../ports/transaction.ts'

interface Deps {
  readonly clock: Clock
}

export type CallsBeingSetUp = (tx: Tx, activeForMs: number) => Promise<boolean>

/**
 * Whether a call rings, or has been active for less than so long (holds not counted): descriptions and candidates are
 * still to be exchanged.
 */
export function makeCallsBeingSetUp({ clock }: Deps): CallsBeingSetUp {
  return async ({ calls }, activeForMs) => {
    const now = clock.monotonicMs()
    const live = await calls.list()
    return live.some((call) => call.phase === 'ringing' || talkedMs(call, now) < activeForMs)
  }
}
