import { createDice, randomSeed } from '../../dice.ts'
import { type ChaosHouse, crashingHouse, plainHouse, tlsHouse } from './chaos-house.ts'
import { elsewhere } from './elsewhere.ts'
import { oneCall } from './one-call.ts'
import { oneRoom } from './one-room.ts'

/** So many with one daemon, so that its list of users stays short. */
const BATCH = 50
const AT_A_TIME = 10

interface Kind {
  readonly run: (house: ChaosHouse, seed: number) => Promise<readonly string[]>
  readonly open: (seed: number, onCrash: () => void) => Promise<ChaosHouse>
}

const kinds = {
  plain: { run: oneCall, open: plainHouse },
  tls: { run: oneCall, open: tlsHouse },
  crash: { run: oneCall, open: (seed, onCrash) => crashingHouse(createDice(seed), onCrash) },
  rooms: { run: oneRoom, open: plainHouse },
  'rooms-crash': { run: oneRoom, open: (seed, onCrash) => crashingHouse(createDice(seed), onCrash) },
  elsewhere: { run: elsewhere, open: plainHouse },
} satisfies Readonly<Record<string, Kind>>

/** What was wrong, each with the seed to repeat it by, and how often a daemon was killed. */
interface Outcome {
  readonly wrong: readonly string[]
  readonly crashes: number
}

/** Calls by as many pairs, or rooms, over connections that break. Runs of that seed: `CHAOS_SEED`, `CHAOS_RUNS`. */
export async function chaos(kind: keyof typeof kinds, runs: number): Promise<Outcome> {
  const first = Number(process.env['CHAOS_SEED'] ?? randomSeed() % 1_000_000_000)
  const wanted = Number(process.env['CHAOS_RUNS'] ?? runs)
  const { run, open }: Kind = kinds[kind]
  const wrong: string[] = []
  let crashes = 0
  const listen = (error: unknown) => wrong.push(`unhandled, after CHAOS_SEED=${first}: ${String(error)}`)
  process.on('unhandledRejection', listen)
  try {
    for (let done = 0; done < wanted; done += BATCH) {
      const seeds = Array.from({ length: Math.min(BATCH, wanted - done) }, (_, i) => first + done + i)
      const house = await open(first + done, () => (crashes += 1))
      try {
        const faults = await inTurns(seeds, AT_A_TIME, (seed) => run(house, seed))
        wrong.push(
          ...faults.flatMap((found, i) =>
            found.map((fault) => `CHAOS_SEED=${seeds[i]} CHAOS_RUNS=1: ${fault}`),
          ),
        )
      } finally {
        await house.stop()
      }
    }
    return { wrong, crashes }
  } finally {
    process.off('unhandledRejection', listen)
  }
}

/** The results in the order of the items; so many are under way at a time. */
async function inTurns<Item, T>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = []
  const left = items.entries()
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (const [i, item] of left) results[i] = await work(item)
    }),
  )
  return results
}
