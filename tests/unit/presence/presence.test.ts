import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Account } from '../../../src/domain/user.ts'
import { parseUserId } from '../../../src/domain/ids.ts'
import { createMemoryUserStore } from '../../../src/infrastructure/memory/memory-user-store.ts'
import { createHouse, type HouseClient } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'

describe('presence', () => {
  test('PRES-1 the list has everybody, oneself included', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    const bob = await house.logIn('bob')
    const carol = await house.logIn('carol')
    await bob.drop()
    await alice.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    alice.take()
    await alice.send(T.USER_LIST_REQUEST, { request_id: 'l' })
    expect(alice.seen()).toEqual([
      [
        T.USER_LIST_RESPONSE,
        {
          users: [
            { user_id: alice.userId, username: 'alice', state: 'Busy' },
            { user_id: carol.userId, username: 'carol', state: 'Available' },
            { user_id: bob.userId, username: 'bob', state: 'Disconnected' },
          ],
          request_id: 'l',
        },
      ],
    ])
  })

  test('PRES-2 a connection that is not logged in is told nothing', async () => {
    const house = createHouse()
    const stranger = house.connect()
    const leaver = await house.logIn('leaver')
    await leaver.send(T.LOGOUT_REQUEST, {})
    leaver.take()
    await house.logIn('alice')
    expect([...stranger.seen(), ...leaver.seen()]).toEqual([])
  })

  test('PRES-2 an update is encoded once, and all who get it share the bytes', async () => {
    const house = createHouse()
    const watchers = [await house.logIn('ann'), await house.logIn('ben'), await house.logIn('cat')]
    await house.logIn('dan')
    const [first, ...others] = watchers.map(({ lastFrame }) => lastFrame)
    for (const other of others) expect(other).toBe(first)
  })

  test('PRES-4 the list never exceeds a frame: those online come first, then it is cut and says so', async () => {
    const users = createMemoryUserStore()
    for (let i = 0; i < 20_000; i++) await users.insertIfAbsent(account(`user-${i}`, 'ü'.repeat(30)))
    const house = createHouse({ users })
    const alice = await house.logIn('alice')
    await alice.send(T.USER_LIST_REQUEST, { request_id: '\u0000'.repeat(64) })
    const [list] = alice.take(T.USER_LIST_RESPONSE)
    expect(Buffer.byteLength(list?.text ?? '')).toBeLessThanOrEqual(1_048_575)
    expect(Buffer.byteLength(list?.text ?? '')).toBeGreaterThan(1_000_000)
    expect(list?.payload).toMatchObject({ truncated: true })
    expect(list?.text).toMatch(/^\{"users":\[\{"user_id":"[^"]+","username":"alice","state":"Available"\}/)
  })
})

function account(id: string, name: string): Account {
  const parsed = parseUserId(id)
  if (parsed === undefined) throw new Error(`no id: ${id}`)
  return { id: parsed, username: `${name}${id}`, passwordHash: 'plain pw', createdAt: 0 }
}

/** What a user may do; `other` and `pick` choose among the users and the call ids seen so far. */
const act = fc.oneof(
  fc.record({ do: fc.constant('call' as const), who: fc.nat(3), other: fc.nat(3) }),
  fc.record({
    do: fc.constantFrom('accept' as const, 'decline' as const, 'hang up' as const),
    who: fc.nat(3),
    pick: fc.nat(5),
  }),
  fc.record({ do: fc.constantFrom('drop' as const, 'log out' as const, 'log in' as const), who: fc.nat(3) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10_000, 30_000) }),
)
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never

describe('whatever users do', () => {
  // Each burst happens at one instant, so that the requests of several connections are under way together.
  test('CALL-9 PRES-3 PRES-5 a user is in at most one call, Busy exactly when so, and everybody sees the truth', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        async (bursts) => {
          const world = await World.create()
          for (const burst of bursts) {
            await Promise.all(burst.map((one) => world.perform(one)))
            await world.check()
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

const NAMES = ['ann', 'ben', 'cat', 'dan']

class World {
  readonly #house = createHouse()
  readonly #clients: HouseClient[] = []
  readonly #ids: string[] = []
  readonly #calls: string[] = []
  #watcher: HouseClient | undefined
  /** What an onlooker has been told last. */
  readonly #seen = new Map<unknown, unknown>()

  static async create(): Promise<World> {
    const world = new World()
    world.#watcher = await world.#house.logIn('watcher')
    for (const name of NAMES) {
      const client = await world.#house.logIn(name)
      world.#clients.push(client)
      world.#ids.push(client.userId)
    }
    return world
  }

  async perform(one: Act): Promise<void> {
    if (one.do === 'wait') return this.#house.pass(one.ms)
    const client = this.#clients[one.who]
    if (client === undefined) throw new Error('no such client')
    switch (one.do) {
      case 'call':
        return client.send(T.CALL_REQUEST, { to_user_id: this.#ids[one.other] ?? '' })
      case 'accept':
        return client.send(T.CALL_RESPONSE, { call_id: this.#call(one.pick), accepted: true })
      case 'decline':
        return client.send(T.CALL_RESPONSE, { call_id: this.#call(one.pick), accepted: false })
      case 'hang up':
        return client.send(T.HANGUP, { call_id: this.#call(one.pick) })
      case 'log out':
        return client.send(T.LOGOUT_REQUEST, {})
      case 'drop':
        return client.drop()
      case 'log in':
        this.#clients[one.who] = await this.#house.logIn(NAMES[one.who] ?? '')
    }
  }

  async check(): Promise<void> {
    await this.#house.pass(0)
    for (const client of this.#clients) {
      for (const { type, payload } of client.take()) {
        if (type === T.CALL_NOTIFICATION) this.#calls.unshift(String(payload['call_id']))
      }
    }
    const live = await this.#liveCalls()
    const parties = live.flatMap(({ caller, callee }) => [caller.id, callee.id])
    expect(new Set(parties).size, 'a user is in two calls').toBe(parties.length)

    const online = await this.#house.ports.presence.list()
    const busy = live.flatMap(({ phase, caller, callee }) =>
      phase === 'active' ? [caller.id, callee.id] : [caller.id],
    )
    const shouldBeBusy = new Set<string>(busy)
    for (const { user, state } of online.values()) {
      expect([user.username, state]).toEqual([
        user.username,
        shouldBeBusy.has(user.id) ? 'Busy' : 'Available',
      ])
    }
    for (const party of parties) expect(online.has(party), 'a call with somebody who is gone').toBe(true)
    this.#watch(new Map([...online.values()].map(({ user, state }) => [user.id, state])))
  }

  #watch(truth: ReadonlyMap<string, string>): void {
    for (const { payload } of this.#watcher?.take(T.USER_STATE_UPDATE) ?? []) {
      expect(this.#seen.get(payload['user_id']), 'told twice in a row').not.toBe(payload['state'])
      this.#seen.set(payload['user_id'], payload['state'])
    }
    for (const id of this.#ids) expect(this.#seen.get(id)).toBe(truth.get(id) ?? 'Disconnected')
  }

  async #liveCalls() {
    const found = await Promise.all(
      [...(await this.#house.ports.presence.list()).keys()].map((id) =>
        this.#house.ports.calls.liveCallOf(id),
      ),
    )
    const calls = new Map(found.flatMap((call) => (call === undefined ? [] : [[call.id, call] as const])))
    expect(await this.#house.ports.calls.list()).toHaveLength(calls.size)
    return [...calls.values()]
  }

  #call(pick: number): string {
    return this.#calls[pick] ?? 'none'
  }
}
