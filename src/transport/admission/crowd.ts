import type { Crowd } from '../../session/drain.ts'
import type { Reception } from './reception.ts'

/** A listener of the daemon's: who comes by it is in the reception's care. */
export interface Door {
  /** The daemon is about to stop. Resolves when the door itself waits for nobody any more. */
  drain(): Promise<void>
  /** Accepts nobody any more; resolves when its last socket has gone. */
  close(): Promise<void>
}

interface Options {
  readonly reception: Reception
  readonly doors: readonly Door[]
  /** How long a peer may take to read our last word. */
  readonly lingerTimeoutMs: number
  /** What clients are told when the daemon stops. */
  readonly reconnectAfterMs: number
}

export interface EveryoneInside extends Crowd {
  tick(now: number): void
  /** Accepts nobody any more, tells everybody at once, and waits until all are gone. From the call on nobody is heard. */
  close(): Promise<void>
}

/** All who have come in, by whichever door. */
export function makeCrowd({ reception, doors, lingerTimeoutMs, reconnectAfterMs }: Options): EveryoneInside {
  let draining = false

  return {
    tick(now) {
      for (const occupant of reception.occupants) occupant.tick(now)
      reception.tick(now)
      if (draining) forewarn()
    },

    async drain() {
      draining = true
      reception.close()
      forewarn()
      await Promise.all([...doors.map((door) => door.drain()), reception.deserted()])
    },

    farewells() {
      return [...reception.occupants].map((occupant) => () => {
        occupant.goAway(reconnectAfterMs)
      })
    },

    async close() {
      reception.close()
      const gone = Promise.all(doors.map((door) => door.close()))
      for (const occupant of reception.occupants) occupant.goAway(reconnectAfterMs)
      const deadline = setTimeout(() => {
        reception.destroyAll()
      }, lingerTimeoutMs)
      await gone
      clearTimeout(deadline)
      reception.sumUp()
    },
  }

  /** Also those who have agreed on it since. */
  function forewarn(): void {
    for (const occupant of reception.occupants) occupant.forewarn(reconnectAfterMs)
  }
}
