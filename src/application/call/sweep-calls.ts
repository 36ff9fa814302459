import type { LiveCall } from '../../domain/call.ts'
import type { CallId } from '../../domain/ids.ts'
import type { Effect } from '../effect.ts'
import type { Tx } from '../ports/transaction.ts'
import { advanceCall } from './advance-call.ts'

/** `now` in monotonic milliseconds. */
export type ExpireCalls = (tx: Tx, now: number) => Promise<readonly Effect[]>

/** Ends what has rung too long. */
export function makeExpireCalls({ ringTimeoutMs }: { readonly ringTimeoutMs: number }): ExpireCalls {
  return async (tx, now) => end(tx, await tx.calls.ringingSince(now - ringTimeoutMs), 'ring_timeout', now)
}

/** What a restart does to a call. `abandon`: nobody is told, because the media goes on. */
type CallFate = 'go_on' | 'shut_down' | 'abandon'

export type SettleCalls = (
  tx: Tx,
  now: number,
  fateOf: (call: LiveCall) => CallFate,
) => Promise<readonly Effect[]>

/** Ends the calls that a restart cuts. */
export const settleCalls: SettleCalls = async (tx, now, fateOf) => {
  const effects: Effect[] = []
  for (const call of await tx.calls.list()) {
    const fate = fateOf(call)
    if (fate !== 'go_on') effects.push(...(await end(tx, [call.id], fate, now)))
  }
  return effects
}

async function end(
  tx: Tx,
  ids: readonly CallId[],
  kind: 'ring_timeout' | 'shut_down' | 'abandon',
  at: number,
): Promise<readonly Effect[]> {
  const effects: Effect[] = []
  for (const id of ids) {
    const ended = await advanceCall(tx, id, { kind, at })
    if (ended.ok) effects.push(...ended.value)
  }
  return effects
}
