import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseUserId, type UserId } from '../../../src/domain/ids.ts'
import type { UserState } from '../../../src/domain/user-state.ts'
import { createFigures } from '../../../src/session/figures/figures.ts'
import { makeDeliverWatch } from '../../../src/session/delivery/deliver-watch.ts'
import { makeFeeds } from '../../../src/session/presence/feeds.ts'
import { WatchIndex } from '../../../src/session/presence/watch-index.ts'
import { Registry } from '../../../src/session/registry.ts'
import { listen, type Listener, sessionOf } from '../../support/house/listener.ts'
import { someUser as user } from '../../support/house/some-user.ts'
import { createHouseTime } from '../../support/house/time.ts'

const WINDOW_MS = 50
const STATES: readonly UserState[] = ['Disconnected', 'Available', 'Busy']

/** Users change, and others watch them: those from `FIRST` on. */
const FIRST = 100_000

function stage(size: number) {
  const registry = new Registry()
  const time = createHouseTime(0)
  const feeds = makeFeeds({
    registry,
    useCases: { roomAtRest: () => undefined },
    ...time,
    figures: createFigures(),
    windowMs: WINDOW_MS,
    ended: new AbortController().signal,
  })
  const deliver = makeDeliverWatch({ registry, feeds })
  const states = new Map<UserId, UserState>()
  const stateOf = (id: UserId) => states.get(id) ?? 'Disconnected'
  const listeners = Array.from({ length: size }, (_, at) => listen(registry, user(FIRST + at)))
  return {
    registry,
    listeners,
    stateOf,
    change(who: number, state: UserState): void {
      const was = stateOf(user(who).id)
      if (was === state) return
      states.set(user(who).id, state)
      feeds.users.tell({ user: user(who), was, state })
    },
    /** Gives the states that it reads. */
    watch({ session }: Listener, users: readonly UserId[]): Map<string, string> {
      deliver.watches({ kind: 'session-watches', session: session.id, watching: { users, rooms: [] } })
      const told = users.map((id) => ({ id, username: undefined, state: stateOf(id) }))
      deliver.resumed(session, { everybody: false, users: told, rooms: [] })
      return new Map(told.map(({ id, state }) => [id, state]))
    },
    async pass(ms: number): Promise<void> {
      time.move(ms)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

const idsOf = (...users: readonly number[]) => users.map((who) => user(who).id)

describe('many who watch', () => {
  test('WATCH-1 a change costs those who watch, and who listens to everybody, and nobody else', () => {
    const { registry, listeners, change, watch } = stage(2000)
    for (const one of listeners) watch(one, idsOf(1, 2))
    const [first, second, third] = listeners
    if (first === undefined || second === undefined || third === undefined) throw new Error('too few')
    watch(first, idsOf(1, 7))
    watch(second, idsOf(7))
    const everybody = listen(registry, user(5))
    third.session.endpoint = undefined
    watch(third, idsOf(7))
    change(7, 'Available')
    change(8, 'Available')
    expect(listeners.filter(({ writes }) => writes > 0)).toEqual([first, second])
    expect(first.told).toEqual([['id-7', 'Available']])
    expect(everybody.told).toEqual([
      ['id-7', 'Available'],
      ['id-8', 'Available'],
    ])
  })

  test('WATCH-7 the first change of whom very many watch is told at once, and does not hold up others', async () => {
    const { listeners, change, watch, pass } = stage(6000)
    for (const one of listeners) watch(one, idsOf(1))
    const [first, second] = listeners
    if (first === undefined || second === undefined) throw new Error('too few')
    watch(second, idsOf(2))
    change(1, 'Available')
    expect(first.told).toHaveLength(1)
    change(1, 'Busy')
    expect(first.told).toHaveLength(1)
    await pass(WINDOW_MS)
    expect(first.told).toEqual([
      ['id-1', 'Available'],
      ['id-1', 'Busy'],
    ])
    await pass(WINDOW_MS)
    await pass(WINDOW_MS)
    change(1, 'Available')
    await pass(WINDOW_MS)
    change(2, 'Available')
    expect(second.told).toEqual([['id-2', 'Available']])
  })

  test('WATCH-2 WATCH-7 in a storm each knows in the end whom it watches, and hears of nobody else, whenever it asks', async () => {
    const step = fc.record({
      flaps: fc.array(fc.tuple(fc.nat(9), fc.constantFrom(...STATES)), { maxLength: 12 }),
      asks: fc.array(fc.tuple(fc.nat(1499), fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])), { maxLength: 3 }),
      pause: fc.constantFrom(0, 0, 10, WINDOW_MS),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const { listeners, change, watch, pass, stateOf } = stage(1500)
        const pictures = new Map(listeners.map((one) => [one, watch(one, idsOf(0, 1, 2, 3, 4))]))
        const read = (): void => {
          for (const [one, picture] of pictures)
            for (const [id, state] of one.told.splice(0)) {
              if (!picture.has(id)) throw new Error(`told of ${id}, whom it does not watch`)
              picture.set(id, state)
            }
        }
        for (const { flaps, asks, pause } of steps) {
          for (const [who, state] of flaps) change(who, state)
          for (const [at, users] of asks) {
            read()
            const one = listeners[at]
            if (one !== undefined) pictures.set(one, watch(one, idsOf(...users)))
          }
          await pass(pause)
          read()
        }
        await pass(WINDOW_MS)
        await pass(WINDOW_MS)
        read()
        for (const picture of pictures.values())
          for (const [id, state] of picture) {
            const known = parseUserId(id)
            if (known === undefined || state !== stateOf(known)) throw new Error(`${id} is not ${state}`)
          }
      }),
      { numRuns: 15 },
    )
  })
})

describe('the index of who watches whom', () => {
  test('WATCH-3 is as a table of pairs would be, few or many, and empty in the end', () => {
    const sessions = Array.from({ length: 400 }, (_, at) => sessionOf(user(at)))
    const pair = fc.record({
      session: fc.nat(399),
      id: fc.constantFrom(...idsOf(1, 2, 3)),
      adds: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 200 }), fc.boolean(), (pairs, crowded) => {
        const index = new WatchIndex<UserId>()
        const table = new Map<UserId, Set<number>>()
        const put = (id: UserId, at: number, adds: boolean): void => {
          const [session, own] = [sessions[at], table.get(id) ?? new Set<number>()]
          if (session === undefined || own.has(at) === adds) return
          if (adds) index.add(id, session)
          else index.remove(id, session)
          if (adds) own.add(at)
          else own.delete(at)
          table.set(id, own)
        }
        if (crowded) for (let at = 0; at < 300; at++) put(user(1).id, at, true)
        for (const { id, session, adds } of pairs) put(id, session, adds)
        for (const [id, own] of table) {
          expect(index.countOf(id)).toBe(own.size)
          expect(new Set([...index.of(id)].map((one) => sessions.indexOf(one)))).toEqual(own)
        }
        for (const [id, own] of table) for (const at of [...own]) put(id, at, false)
        expect(index.size).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  test('WATCH-6 the end of a session leaves nothing behind', () => {
    const { registry, listeners, watch } = stage(3)
    for (const one of listeners) watch(one, idsOf(1, 2))
    for (const { session } of listeners) registry.remove(session.id)
    expect([registry.audience.users.size, registry.audience.everybody.size]).toEqual([0, 0])
  })
})
