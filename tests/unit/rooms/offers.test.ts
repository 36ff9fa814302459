import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHouse, type House } from '../../support/house/house.ts'
import { Roommate } from '../../support/house/roommate.ts'
import { T } from '../../support/wire/wire.ts'

const NAMES = ['alice', 'bob', 'carol', 'dave']

const who = fc.integer({ min: 0, max: NAMES.length - 1 })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('join' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('update' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), who, whom: who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('lose' as const), who }) },
  // What was on its way goes down with the connection.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose unread' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('come back' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('window' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), who }) },
  // All in the same instant: the server decides in which order.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('join at once' as const), who }) },
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

class World {
  house: House = createHouse({ resumeWindowMs: 1000 })
  readonly mates: Roommate[] = []
  readonly counts = { pairs: 0, resumed: 0, anew: 0 }

  async open(): Promise<void> {
    for (const name of NAMES) this.mates.push(await Roommate.enter(() => this.house, name))
  }

  async perform(one: Step): Promise<void> {
    const mate = this.#mate(one.who)
    const { client } = mate
    switch (one.do) {
      case 'join':
        return client.send(T.ROOM_JOIN, { room_id: 'voice' })
      case 'join at once':
        await Promise.all(this.mates.map((each) => each.client.send(T.ROOM_JOIN, { room_id: 'voice' })))
        return
      case 'leave':
        return client.send(T.ROOM_LEAVE, { room_id: 'voice' })
      case 'update':
        return client.send(T.ROOM_UPDATE, { room_id: 'voice', audio_muted: true })
      case 'remove':
        return client.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: this.#mate(one.whom).userId })
      case 'lose':
        mate.read()
        return client.drop()
      case 'lose unread':
        client.take()
        return client.drop()
      case 'come back':
        await this.#comeBack(mate)
        return
      case 'read':
        mate.read()
        return
      case 'window':
        return this.house.pass(1001)
      case 'crash':
        this.house = await this.house.crash(10)
        for (const each of this.mates) each.client = this.house.connect()
        for (const each of this.mates) await this.#comeBack(each)
        return
    }
    one satisfies never
  }

  /** Everybody is back and has heard everything: each pair in the room has exactly one who offers. */
  async checkEnd(): Promise<void> {
    for (const mate of this.mates) if (mate.client.endpoint.isOpen) mate.read()
    for (const mate of this.mates) await this.#comeBack(mate)
    for (const mate of this.mates) mate.read()
    const inside = this.mates.filter(({ room }) => room !== undefined)
    for (const a of inside) {
      expect(new Set(a.others.keys()), a.name).toEqual(
        new Set(inside.filter((b) => b !== a).map(({ userId }) => userId)),
      )
      for (const b of inside.filter((other) => other !== a)) {
        const offerers = [a.others.get(b.userId) === 'me', b.others.get(a.userId) === 'me']
        expect(offerers.filter(Boolean), `${a.name} and ${b.name}`).toHaveLength(1)
        this.counts.pairs += 1
      }
    }
  }

  async #comeBack(mate: Roommate): Promise<void> {
    this.counts[await mate.comeBack()] += 1
  }

  #mate(index: number): Roommate {
    const mate = this.mates[index]
    if (mate === undefined) throw new Error('nobody')
    return mate
  }
}

describe('ROOM-4 who offers', () => {
  test('ROOM-4 ROOM-9 however members join, leave, get lost and come back, of each two exactly one offers', async () => {
    const sum = { pairs: 0, resumed: 0, anew: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = new World()
        await world.open()
        for (const one of steps) await world.perform(one)
        await world.checkEnd()
        for (const key of ['pairs', 'resumed', 'anew'] as const) sum[key] += world.counts[key]
      }),
      { numRuns: 150 },
    )
    // Where it does not happen, it proves nothing.
    expect(sum.pairs).toBeGreaterThan(200)
    expect(sum.resumed).toBeGreaterThan(200)
    expect(sum.anew).toBeGreaterThan(20)
  }, 60_000)
})
