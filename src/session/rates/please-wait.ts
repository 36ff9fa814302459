import type { WireRefusal } from '../conversation/present-refusal.ts'

/** A refusal that says to people and programs when to try again. */
export function pleaseWait(reason: WireRefusal['reason'], what: string, waitMs: number): WireRefusal {
  const retryAfterMs = Math.ceil(waitMs)
  return { reason, detail: `${what}; try again in ${Math.ceil(retryAfterMs / 1000)} s`, retryAfterMs }
}
