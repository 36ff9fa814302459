import { createHash } from 'node:crypto'

/**
 * `least-loaded`: that with the fewest seats, the first of those that are alike. `by-room`: the one that every node of a
 * cluster chooses for this room as long as they see the same ones alive (rendezvous hashing); it stays the same one when
 * another one comes or goes.
 */
export type Spread = 'least-loaded' | 'by-room'

interface Choice {
  readonly url: string
  readonly seats: number
}

/** Undefined where there is none. */
export function chooseServer<C extends Choice>(
  alive: readonly C[],
  room: string,
  spread: Spread,
): C | undefined {
  if (spread === 'least-loaded') return least(alive, ({ seats }) => seats)
  return least(alive, ({ url }) => createHash('sha256').update(`${url}\n${room}`).digest('hex'))
}

function least<C>(all: readonly C[], measure: (each: C) => number | string): C | undefined {
  return all.reduce<C | undefined>(
    (best, each) => (best === undefined || measure(each) < measure(best) ? each : best),
    undefined,
  )
}
