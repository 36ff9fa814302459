import { createHouse, type House, type HouseClient, settled } from '../house/house.ts'
import { createHouseTime } from '../house/time.ts'
import { type Received, T } from '../wire/wire.ts'
import { SharedMemory } from './shared-memory.ts'

type Options = NonNullable<Parameters<typeof createHouse>[0]>

/** Several nodes in one process, each a house, with the same accounts. */
export interface Cluster {
  readonly world: SharedMemory
  readonly a: House
  readonly b: House
  /** As kill -9: its clients' connections break. */
  readonly kill: (node: 'a' | 'b', clients: readonly HouseClient[]) => Promise<void>
  /** Lets time pass for the nodes that live. */
  readonly pass: (ms: number) => Promise<void>
}

/** `ofB`: what the second node has otherwise. */
export function createCluster(options: Options = {}, ofB: Options = {}): Cluster {
  const world = new SharedMemory(createHouseTime(1_700_000_000_000))
  const { users, hasher, doNotDisturb, invites, history } = createHouse({
    world: new SharedMemory(world.time),
  }).ports
  const own = { users, hasher, doNotDisturb, invites, history, world }
  const a = createHouse({ ...options, ...own, node: 'a' })
  const b = createHouse({ ...options, ...ofB, ...own, node: 'b' })
  const dead = new Set<House>()
  return {
    world,
    a,
    b,

    async kill(node, clients) {
      world.kill(node)
      dead.add(node === 'a' ? a : b)
      for (const client of clients) client.ended = true
      await settled()
      await pass(0)
    },

    pass,
  }

  async function pass(ms: number): Promise<void> {
    const live = [a, b].filter((house) => !dead.has(house))
    for (const [index, house] of live.entries()) await house.pass(index === 0 ? ms : 0)
  }
}

/** What a client was told of calls and rooms, in short: the message's code, and what it says of a reason or a state. */
export function heard(client: HouseClient): (number | [number, unknown])[] {
  return client
    .take()
    .filter(({ type }) => type !== T.USER_STATE_UPDATE)
    .map(({ type, payload }: Received) => {
      const why = payload['reason'] ?? payload['state'] ?? payload['event'] ?? payload['candidate']
      return why === undefined ? type : [type, why]
    })
}

/** A call between two clients, wherever they are; what they were told of it is thrown away. */
export async function connect(caller: HouseClient, callee: HouseClient): Promise<string> {
  await caller.send(T.CALL_REQUEST, { to_user_id: callee.userId })
  const call_id = String(callee.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
  await callee.send(T.CALL_RESPONSE, { call_id, accepted: true })
  caller.take()
  callee.take()
  return call_id
}
