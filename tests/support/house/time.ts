import type { Clock } from '../../../src/application/ports/system/clock.ts'
import type { Pause } from '../../../src/application/ports/system/pause.ts'

/** Time that only the test moves: a clock, and pauses that end by it. */
export interface HouseTime {
  readonly clock: Clock
  readonly pause: Pause
  /** Ends the pauses that are over by then. */
  move(ms: number): void
  /** Somebody sets the machine's clock, which is no time that passes. */
  setClock(byMs: number): void
}

export function createHouseTime(startedAtMs: number): HouseTime {
  let nowMs = 0
  let zeroMs = startedAtMs
  const pauses = new Set<{ readonly until: number; readonly end: () => void }>()

  return {
    clock: { wallMs: () => zeroMs + nowMs, monotonicMs: () => nowMs },

    pause: (ms, unless) =>
      new Promise((resolve) => {
        const waiting = {
          until: nowMs + ms,
          end: () => {
            pauses.delete(waiting)
            unless.removeEventListener('abort', waiting.end)
            resolve()
          },
        }
        pauses.add(waiting)
        unless.addEventListener('abort', waiting.end)
        if (ms <= 0 || unless.aborted) waiting.end()
      }),

    move(ms) {
      nowMs += ms
      for (const { until, end } of pauses) if (until <= nowMs) end()
    },

    setClock(byMs) {
      zeroMs += byMs
    },
  }
}
