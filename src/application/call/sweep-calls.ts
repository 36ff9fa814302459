import type { LiveCall } from '../../domain/call.ts'
import type { CallId } from '../../domain/ids.ts'
import type { Effect } from '../effect.ts'
import type { CallStore } from '../ports/call-store.ts'
import type { AdvanceCall } from './advance-call.ts'

interface Deps {
  readonly calls: CallStore
  readonly advanceCall: AdvanceCall
}

/** `now` in monotonic milliseconds. */
export type ExpireCalls = (now: number) => Promise<readonly Effect[]>

/** Ends what has rung too long. */
export function makeExpireCalls(deps: Deps & { readonly ringTimeoutMs: number }): ExpireCalls {
  return async (now) =>
    end(deps, await deps.calls.ringingSince(now - deps.ringTimeoutMs), 'ring_timeout', now)
}

/** `keeps` says which calls go on. */
export type EndCallsBut = (now: number, keeps: (call: LiveCall) => boolean) => Promise<readonly Effect[]>

/** Ends the calls that a restart cuts. Nobody is there to whom the parties' presence would matter. */
export function makeEndCallsBut(deps: Deps): EndCallsBut {
  return async (now, keeps) => {
    const ending = (await deps.calls.list()).filter((call) => !keeps(call))
    const effects = await end(
      deps,
      ending.map(({ id }) => id),
      'shut_down',
      now,
    )
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
