import type { Client } from 'roomrtc-client'

/** A time without a connection. */
export interface Absence {
  readonly ms: number
  /** How often the client has tried to connect. */
  readonly tries: number
  /** From the beginning of the try that went well: what the server took for it. */
  readonly lastTryMs: number
}

export interface Absences {
  /** Those that are over. */
  readonly over: readonly Absence[]
  readonly isAway: () => boolean
}

/** What a client goes through from now on. */
export function watchAbsences(client: Client): Absences {
  const over: Absence[] = []
  let away: { readonly since: number; tries: number; triedAt: number } | undefined
  client.on('state', (state) => {
    const now = performance.now()
    if (state.name === 'reconnecting') {
      away ??= { since: now, tries: 0, triedAt: now }
      if (state.nextTryAt !== undefined) return
      away.tries += 1
      away.triedAt = now
    } else if (state.name === 'online' && away !== undefined) {
      over.push({ ms: now - away.since, tries: away.tries, lastTryMs: now - away.triedAt })
      away = undefined
    }
  })
  return { over, isAway: () => away !== undefined }
}

/** For people to read: how long at the median, at the 99th percentile and at most. */
export function summary(absences: readonly Absence[], of: 'ms' | 'lastTryMs' | 'tries'): string {
  const sorted = absences.map((absence) => absence[of]).toSorted((a, b) => a - b)
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0)
  return `${of}: p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)} of ${sorted.length}`
}
