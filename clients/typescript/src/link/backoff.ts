/** How long to wait before each try to connect again: a random time up to firstMs, firstMs × factor, … at most maxMs. */
export interface Backoff {
  /** 500 */
  readonly firstMs: number
  /** 2 */
  readonly factor: number
  /** 30 000 */
  readonly maxMs: number
}

export const defaultBackoff: Backoff = { firstMs: 500, factor: 2, maxMs: 30_000 }

/** Before the first try `attempt` is 1. `random`: from 0 up to 1. */
export function delayBefore(attempt: number, { firstMs, factor, maxMs }: Backoff, random: number): number {
  return random * Math.min(maxMs, firstMs * factor ** (attempt - 1))
}
