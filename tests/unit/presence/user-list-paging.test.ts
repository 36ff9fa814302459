import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'
import { addAccount, byPlace, type Entry, page, storeOf } from './user-list.support.ts'

// Of few letters, so that prefixes are common; one beyond U+FFFF and one that UTF-16 would put after it.
const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '\u{20000}', '\uFB00'),
  minLength: 1,
  maxLength: 3,
})

const change = fc.oneof(
  fc.record({ do: fc.constant('come or go' as const), who: fc.nat() }),
  fc.record({ do: fc.constant('call' as const), who: fc.nat(), other: fc.nat() }),
  fc.record({ do: fc.constant('register' as const), name: word }),
)
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

const plan = fc.record({
  names: fc.uniqueArray(word, { minLength: 1, maxLength: 30 }),
  beforehand: fc.array(change, { maxLength: 20 }),
  query: fc.option(fc.oneof(word, fc.constant('')), { nil: undefined }),
  state: fc.option(fc.constantFrom('Available', 'Busy', 'Disconnected'), { nil: undefined }),
  limits: fc.array(fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }), {
    minLength: 1,
    maxLength: 8,
  }),
  between: fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 30 }),
})

test('PRES-6 PRES-7 PRES-8 PRES-9 pages are in order and end, show each steady user exactly once, and with the updates are the truth', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ names, beforehand, query, state, limits, between }) => {
      const town = await Town.create(names)
      for (const one of beforehand) await town.perform(one)
      town.asker.take()
      const matches = (name: string) => name.startsWith(query ?? '')
      const seen: Entry[] = []
      const known = new Map<string, string>()
      const steady = new Map(await town.states())
      let cursor: string | undefined
      let count = 0
      do {
        const limit = limits[count % limits.length]
        const got = await page(town.asker, { limit, query, state, cursor })
        if (limit !== undefined) expect(got.users.length).toBeLessThanOrEqual(limit)
        if (got.cursor !== undefined) expect(got.users).not.toHaveLength(0)
        seen.push(...got.users)
        for (const user of got.users) known.set(user.username, user.state)
        cursor = got.cursor
        for (const one of cursor === undefined ? [] : (between[count] ?? [])) await town.perform(one)
        for (const { payload } of town.asker.take(T.USER_STATE_UPDATE)) {
          known.set(String(payload['username']), String(payload['state']))
          steady.delete(String(payload['username']))
        }
        count += 1
      } while (cursor !== undefined)

      expect(seen).toEqual(seen.toSorted(byPlace))
      for (const user of seen) {
        expect(matches(user.username)).toBe(true)
        expect(state ?? user.state).toBe(user.state)
      }
      for (const [name, its] of steady) {
        const times = seen.filter(({ username }) => username === name).length
        expect([name, times]).toEqual([name, matches(name) && (state ?? its) === its ? 1 : 0])
      }
      const truth = await town.states()
      for (const name of town.atFirst.filter(matches)) {
        const now = truth.get(name)
        if (known.has(name)) expect([name, known.get(name)]).toEqual([name, now])
        else expect([name, state ?? now]).not.toEqual([name, now])
      }
    }),
    { numRuns: 200 },
  )
})

/** A house whose people come, go, call and are born. */
class Town {
  readonly atFirst: readonly string[]
  readonly asker: HouseClient
  readonly #house: House
  readonly #names: string[]
  readonly #here = new Map<string, HouseClient>()

  private constructor(house: House, asker: HouseClient, names: readonly string[]) {
    this.#house = house
    this.asker = asker
    this.#names = [...names]
    this.atFirst = names
  }

  static async create(names: readonly string[]): Promise<Town> {
    const house = createHouse({ users: await storeOf(names) })
    return new Town(house, await house.logIn('asker'), names)
  }

  async perform(one: Change): Promise<void> {
    if (one.do === 'register') {
      if (this.#names.includes(one.name)) return
      this.#names.push(one.name)
      return addAccount(this.#house.ports.users, one.name)
    }
    const name = this.#name(one.who)
    const client = this.#here.get(name)
    if (one.do === 'call') {
      const other = this.#here.get(this.#name(one.other))
      if (other !== undefined) await client?.send(T.CALL_REQUEST, { to_user_id: other.userId })
    } else if (client === undefined) {
      this.#here.set(name, await this.#house.logIn(name))
    } else {
      this.#here.delete(name)
      await client.drop()
    }
  }

  /** The truth, by name. */
  async states(): Promise<ReadonlyMap<string, string>> {
    const states = new Map([...this.#names, 'asker'].map((name) => [name, 'Disconnected']))
    for (const { user, state } of (await this.#house.ports.presence.list()).values()) {
      states.set(user.username, state)
    }
    return states
  }

  #name(pick: number): string {
    return this.#names[pick % this.#names.length] ?? ''
  }
}
