import type { CallId } from '../../domain/ids.ts'
import type { Effect } from '../effect.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { AdvanceCall } from './advance-call.ts'

interface Deps {
  readonly calls: CallStore
  readonly advanceCall: AdvanceCall
}

/** `now` in monotonic milliseconds. */
export type SweepCalls = (now: number) => Promise<readonly Effect[]>

/** Ends what has rung too long. */
export function makeExpireCalls(deps: Deps & { readonly ringTimeoutMs: number }): SweepCalls {
  return async (now) =>
    end(deps, await deps.calls.ringingSince(now - deps.ringTimeoutMs), 'ring_timeout', now)
}

/** Ends every call at shutdown. Nobody is left to whom the parties' presence would matter. */
export function makeEndAllCalls(deps: Deps): SweepCalls {
  return async (now) => {
    const effects = await end(deps, await deps.calls.list(), 'shut_down', now)
    return effects.filter(({ kind }) => kind !== 'presence')
  }
}

async function end(
  { advanceCall }: Deps,
  ids: readonly CallId[],
  kind: 'ring_timeout' | 'shut_down',
  at: number,
): Promise<readonly Effect[]> {
  const effects: Effect[] = []
  for (const id of ids) {
    const ended = await advanceCall(id, { kind, at })
    if (ended.ok) effects.push(...ended.value)
  }
  return effects
}
