/** How long to wait before a try. */
const FIRST_MS = 250
const MAX_MS = 10_000

/** What has lasted so long was no failure. */
const LASTING_MS = 10_000

/** Up to 250 ms, 500 ms, … 10 s: a random time, so that many do not come at once. */
export function delayBefore(attempt: number, fraction: number): number {
  return fraction * Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempt, 16))
}

/** The number of the next try. */
export function nextAttempt(attempt: number, lastedMs: number): number {
  return lastedMs >= LASTING_MS ? 0 : attempt + 1
}
