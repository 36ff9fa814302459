import { setTimeout as sleep } from 'node:timers/promises'
import type { Round, Row } from '../../harness/row.ts'
import { withDaemon } from '../../harness/servers/with-server.ts'
import { commands } from '../../shared/commands.ts'

const ROOM_SIZE = 10

/** Each takes a minute or more, and none differs much from the other. */
const MOST_ROUNDS = 2

/** Of each member. */
const SIGNALS = 10

/** Time for what the crowd leaves behind to be collected. */
const SETTLE_MS = 5000

/** They are in no room, and relay first, in calls: the engine's nursery grows with the first work, and stays. */
const WARMERS = 100

export const roomMemory: Row = {
  name: 'room-memory',
  what: 'Memory of a member of 1,000 rooms of 10 in which everybody signals, beside its session',
  figures: {
    held: { what: 'held a member', unit: 'KiB', against: undefined, mark: { atMost: 2 } },
    rss: { what: 'RSS a member', unit: 'KiB', against: undefined, mark: undefined },
  },
  async run(bench) {
    const count = bench.pick({ full: 10_000, quick: 10_000, smoke: 100 })
    const messages = bench.pick({ full: 2000, quick: 2000, smoke: 20 })
    const settleMs = bench.pick({ full: SETTLE_MS, quick: SETTLE_MS, smoke: 100 })

    async function memoryWith(roomSize: number): Promise<Memory> {
      const inRooms = roomSize === 0 ? 0 : count
      const people = { accounts: count + WARMERS, allAvailable: true, inRooms: { inRooms, roomSize } }
      const config = { rooms: { max_members: ROOM_SIZE } }
      return withDaemon({ ...people, config, collects: true }, async (server, load) => {
        const { port, tls } = server
        await load.ask(commands.logIn, { port, tls, from: count, count: WARMERS })
        await load.ask(commands.callInPairs, null)
        await load.ask(commands.flood, { kind: 'candidate', window: 32, messages })
        await load.ask(commands.resumeWaiting, { port, tls, from: 0, count })
        if (roomSize > 0)
          await load.ask(commands.signalAround, { from: 0, count, roomSize, messages: SIGNALS })
        await sleep(settleMs)
        const rss = server.rssBytes()
        return { held: await server.heldBytes(), rss }
      })
    }

    const rounds: Round[] = []
    for (let round = 0; round < Math.min(bench.rounds, MOST_ROUNDS); round++) {
      const without = await memoryWith(0)
      const within = await memoryWith(ROOM_SIZE)
      const each = (what: keyof Memory) => (within[what] - without[what]) / count / 1024
      rounds.push({ held: { daemon: each('held'), base: 1 }, rss: { daemon: each('rss'), base: 1 } })
    }
    return rounds
  },
}

/** In bytes. */
interface Memory {
  /** Once all is collected that nobody needs any more. */
  readonly held: number
  /** Before that, as an operator sees it. */
  readonly rss: number
}
