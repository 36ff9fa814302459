import type { Clock } from '../application/ports/system/clock.ts'
import type { Pause } from '../application/ports/system/pause.ts'
import type { Random } from '../application/ports/system/random.ts'
import type { Inputs } from './inputs.ts'

/** Those who are connected, whatever carries them. */
export interface Crowd {
  /** Accepts nobody any more and tells whoever agreed on it (LIFE-17); resolves when the last has gone. */
  drain(): Promise<void>
  /** One for each who is there: its last word, and the end of its connection. */
  farewells(): readonly (() => void)[]
}

export interface DrainPeriods {
  /** How long calls may take to be set up. */
  readonly graceMs: number
  /** Each connection ends at a random moment within this. */
  readonly windowMs: number
}

interface Deps extends DrainPeriods {
  readonly inputs: Pick<Inputs, 'takeNoNewCalls' | 'callsBeingSetUp' | 'shutDown'>
  readonly crowd: Crowd
  readonly clock: Clock
  readonly pause: Pause
  readonly random: Random
}

/** Resolves when everybody has been told to go. Once `hurry` is aborted nothing is waited for any more. */
export type Drain = (hurry: AbortSignal) => Promise<void>

/** How often to look whether calls are still being set up. */
const LOOK_MS = 100

/** The end of a daemon that others will take the place of: new calls are refused, those that begin get time, and all leave one by one. */
export function makeDrain({ inputs, crowd, clock, pause, random, graceMs, windowMs }: Deps): Drain {
  return async (hurry) => {
    const deserted = new AbortController()
    inputs.takeNoNewCalls()
    void crowd.drain().then(() => {
      deserted.abort()
    })
    const over = AbortSignal.any([hurry, deserted.signal])

    const graceEnds = clock.monotonicMs() + graceMs
    for (let left = graceMs; left > 0 && !over.aborted; left = graceEnds - clock.monotonicMs()) {
      if (!(await inputs.callsBeingSetUp(graceMs))) break
      await pause(Math.min(left, LOOK_MS), over)
    }
    await inputs.shutDown()

    const windowBegins = clock.monotonicMs()
    const departures = crowd
      .farewells()
      .map((sayFarewell) => ({ sayFarewell, at: windowBegins + random.fraction() * windowMs }))
    for (const { sayFarewell, at } of departures.toSorted((a, b) => a.at - b.at)) {
      await pause(at - clock.monotonicMs(), over)
      sayFarewell()
    }
  }
}
