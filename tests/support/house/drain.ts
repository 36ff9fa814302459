import { type DrainPeriods, makeDrain } from '../../../src/session/drain.ts'
import type { Inputs } from '../../../src/session/inputs.ts'
import type { HouseClient } from './house.ts'
import type { HouseTime } from './time.ts'

export interface HouseDrain {
  readonly isOver: () => boolean
  /** As a second signal does. */
  readonly hurry: () => Promise<void>
}

/** `fractions`: where in the window each client goes, in the order of their coming. */
export function beginDrain(
  { inputs, clients, clock, pause }: HouseTime & { readonly inputs: Inputs; readonly clients: HouseClient[] },
  periods: DrainPeriods,
  fractions: readonly number[],
): HouseDrain {
  const drawn = fractions.values()
  const drain = makeDrain({
    inputs,
    clock,
    pause,
    random: { fraction: () => drawn.next().value ?? 0 },
    crowd: {
      drain: () => {
        for (const { endpoint } of clients) endpoint.forewarn(1000)
        return new Promise(() => undefined)
      },
      farewells: () =>
        clients
          .filter(({ endpoint }) => endpoint.isOpen)
          .map(({ endpoint }) => () => {
            endpoint.goAway(1000)
          }),
    },
    ...periods,
  })
  const hurried = new AbortController()
  let over = false
  const drained = drain(hurried.signal).then(() => {
    over = true
  })
  return {
    isOver: () => over,
    async hurry() {
      hurried.abort()
      await drained
    },
  }
}
