import type { Received } from '../scenarios/received.ts'

const LONGEST_MS = 60_000

/** How long a server that is asked too much wants one to wait; undefined for every other message. */
export function retryAfterOf({ payload }: Received): number | undefined {
  const wait = payload['retry_after_ms']
  return typeof wait === 'number' ? Math.min(wait, LONGEST_MS) : undefined
}
