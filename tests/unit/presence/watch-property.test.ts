import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { Watcher } from '../../support/house/watcher.ts'
import { T } from '../../support/wire/wire.ts'

const PEOPLE = ['pia', 'quin', 'rosa', 'sam']
const WATCHERS = ['ann', 'ben']
const ROOMS = ['hall', 'attic', 'nowhere']
const STRANGER = '00000000-0000-4000-8000-000000000000'

/** Either side of the window in which changes of rooms are gathered. */
const MOMENTS = [0, 10, 50, 250]

const who = fc.nat(PEOPLE.length - 1)
const watcher = fc.nat(WATCHERS.length - 1)

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('log_in', 'log_out', 'call', 'leave'), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('enter'), who, room: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('watch'),
      watcher,
      // Of whom there are, of the other watcher, of itself, and of somebody who is not there.
      users: fc.option(fc.subarray([0, 1, 2, 3, 4, 5, 6]), { nil: undefined }),
      rooms: fc.subarray([0, 1, 2]),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('lose', 'return', 'slow', 'read'), watcher }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(...MOMENTS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('crash', 'restart') }) },
)

type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never

class World {
  #house: House
  readonly #people: (HouseClient | undefined)[] = []
  readonly #watchers: Watcher[] = []
  readonly #ids: string[] = []

  constructor(presenceWindowMs: number) {
    this.#house = createHouse({ presenceWindowMs })
  }

  async open(): Promise<void> {
    for (const name of PEOPLE) this.#people.push(await this.#house.logIn(name, ROOM_CAPABILITIES))
    for (const name of WATCHERS) this.#watchers.push(await Watcher.enter(() => this.#house, name))
    this.#ids.push(
      ...this.#people.map((one) => one?.userId ?? ''),
      ...this.#watchers.map(({ userId }) => userId),
    )
    this.#ids.push(STRANGER)
    for (const one of this.#watchers) await one.client.send(T.USER_LIST_REQUEST, {})
    this.#read()
  }

  async happen(done: Deed): Promise<void> {
    await this.#perform(done)
    this.#read()
  }

  /** Whoever is away comes back, whoever is slow reads, and nothing waits any more: all that is watched is known as it is. */
  async close(): Promise<void> {
    for (const one of this.#watchers) {
      if (one.isAway) await this.#comeBack(one)
      one.client.sink.isCongested = false
    }
    for (const ms of MOMENTS) await this.happen({ kind: 'pass', ms })
    const { presence, rooms } = this.#house.ports
    for (const { name, userId, wanted, states, members } of this.#watchers) {
      const watched = wanted.users === 'everybody' ? this.#ids : wanted.users
      for (const id of watched) {
        // What it hears of itself is only what it asks for.
        if (id === userId || id === STRANGER) continue
        const online = [...(await presence.list()).values()].find(({ user }) => user.id === id)
        expect([name, id, states.get(id)]).toEqual([name, id, online?.state ?? 'Disconnected'])
      }
      for (const id of wanted.rooms) {
        const room = (await rooms.list()).find((one) => one.id === id)
        expect([name, id, members.get(id)]).toEqual([name, id, room?.members.length ?? 0])
      }
    }
  }

  async #perform(done: Deed): Promise<void> {
    switch (done.kind) {
      case 'log_in':
        this.#people[done.who] ??= await this.#house.logIn(PEOPLE[done.who] ?? '', ROOM_CAPABILITIES)
        return
      case 'log_out':
        await this.#people[done.who]?.send(T.LOGOUT_REQUEST, {})
        this.#people[done.who] = undefined
        return
      case 'call':
        await this.#people[done.who]?.send(T.CALL_REQUEST, {
          to_user_id: this.#ids[(done.who + 1) % PEOPLE.length],
        })
        return
      case 'enter':
        await this.#people[done.who]?.send(T.ROOM_JOIN, { room_id: ROOMS[done.room] })
        return
      case 'leave':
        for (const room_id of ROOMS) await this.#people[done.who]?.send(T.ROOM_LEAVE, { room_id })
        return
      case 'watch': {
        const users = done.users?.flatMap((at) => this.#ids[at] ?? []) ?? 'everybody'
        const rooms = done.rooms.flatMap((at) => ROOMS[at] ?? [])
        const one = this.#watchers[done.watcher]
        if (one === undefined || one.isAway) return
        await one.watch({ users, rooms })
        // As the chapter says: from everybody's changes on one needs the list.
        if (users === 'everybody') await one.client.send(T.USER_LIST_REQUEST, {})
        return
      }
      case 'lose': {
        const one = this.#watchers[done.watcher]
        if (one !== undefined) one.isAway = true
        await one?.client.drop()
        return
      }
      case 'return': {
        const one = this.#watchers[done.watcher]
        if (one?.isAway === true) await this.#comeBack(one)
        return
      }
      case 'slow':
      case 'read': {
        const one = this.#watchers[done.watcher]
        if (one !== undefined) one.client.sink.isCongested = done.kind === 'slow'
        return
      }
      case 'pass':
        await this.#house.pass(done.ms)
        return
      case 'crash':
      case 'restart':
        this.#house = await this.#house[done.kind]()
        for (const at of this.#people.keys()) this.#people[at] = undefined
        for (const one of this.#watchers) one.isAway = true
        return
    }
    done satisfies never
  }

  async #comeBack(one: Watcher): Promise<void> {
    one.isAway = false
    expect(await one.comeBack()).toBe('resumed')
  }

  #read(): void {
    for (const one of this.#watchers) if (!one.isAway) one.read()
  }
}

test.each([0, 50])(
  'WATCH-1 WATCH-2 WATCH-4 WATCH-6 WATCH-7 whatever happens, a watcher knows in the end what it watches as it is, and is never told of others (window %i ms)',
  async (windowMs) => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async (deeds) => {
        const world = new World(windowMs)
        await world.open()
        for (const done of deeds) await world.happen(done)
        await world.close()
      }),
      { numRuns: Number(process.env['ROOMRTC_WATCH_RUNS'] ?? 60) },
    )
  },
)
