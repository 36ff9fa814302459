import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFigures } from '../../../src/session/figures/figures.ts'
import type { UserState } from '../../../src/domain/user-state.ts'
import { FrameBatch } from '../../../src/protocol/framing/frame-batch.ts'
import { PresenceOutlet } from '../../../src/session/presence/presence-outlet.ts'
import { makePresenceFeed, type PresenceFeed } from '../../../src/session/presence/presence-feed.ts'
import { presenceNews } from '../../../src/session/presence/presence-news.ts'
import { Registry } from '../../../src/session/registry.ts'
import { createHouse } from '../../support/house/house.ts'
import { listen, type Listener, sessionOf } from '../../support/house/listener.ts'
import { someUser as user } from '../../support/house/some-user.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { T, takeFrames } from '../../support/wire/wire.ts'

const WINDOW_MS = 50
const STATES: readonly UserState[] = ['Disconnected', 'Available', 'Busy']

interface Stage {
  readonly listeners: readonly Listener[]
  /** With the state that the user had before. */
  readonly change: (who: number, state: UserState) => void
  /** Somebody is sent the list of users. */
  readonly list: () => void
  readonly states: readonly UserState[]
  readonly pass: (ms: number) => Promise<void>
}

/** `away`: so many more have a session and no connection. */
function stage(size: number, away = 0): Stage {
  const registry = new Registry()
  const listeners = Array.from({ length: size }, (_, i) => listen(registry, user(i)))
  for (let i = 0; i < away; i++) registry.add(sessionOf(user(size + i)))
  const time = createHouseTime(0)
  const feed: PresenceFeed = makePresenceFeed({
    registry,
    pause: time.pause,
    figures: createFigures().presence,
    windowMs: WINDOW_MS,
    ended: new AbortController().signal,
  })
  const states: UserState[] = Array.from({ length: size }, () => 'Available')
  return {
    listeners,
    states,
    change(who, state) {
      const was = states[who] ?? 'Disconnected'
      if (was === state) return
      states[who] = state
      feed.tell({ user: user(who), was, state })
    },
    list() {
      feed.listRead()
    },
    async pass(ms) {
      time.move(ms)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('a storm of changes', () => {
  test.each([
    ['', 0],
    [', however many are away', 6000],
  ])('PRES-10 where listeners are few%s, every change is told at once', (_, away) => {
    const { listeners, change } = stage(10, away)
    for (let i = 0; i < 50; i++) {
      change(1, 'Busy')
      change(1, 'Available')
    }
    expect(listeners[0]?.told).toHaveLength(100)
    expect(listeners[1]?.told).toEqual([])
  })

  test('PRES-10 where they are many, the first is told at once, and the rest together: one write, the last state of each', async () => {
    const { listeners, change, pass } = stage(2600)
    change(1, 'Busy')
    expect(listeners[0]?.told).toEqual([['id-1', 'Busy']])
    change(1, 'Available')
    change(2, 'Busy')
    change(3, 'Busy')
    change(3, 'Available')
    change(2, 'Disconnected')
    expect(listeners[0]?.told).toHaveLength(1)
    await pass(WINDOW_MS)
    expect(listeners[0]?.told.slice(1)).toEqual([
      ['id-1', 'Available'],
      ['id-2', 'Disconnected'],
    ])
    expect(listeners[0]?.writes).toBe(2)
    expect(listeners[2]?.told).toEqual([
      ['id-1', 'Busy'],
      ['id-1', 'Available'],
    ])
    // After a window without any, a change is told at once again.
    await pass(WINDOW_MS)
    change(4, 'Busy')
    expect(listeners[0]?.told).toHaveLength(4)
  })

  test('PRES-10 once changes were too many to be told one by one, all are told together until a window has few again', async () => {
    const { listeners, change, pass } = stage(1000)
    const heard = () => listeners[0]?.told.length
    for (let who = 1; who <= 7; who++) change(who, 'Busy')
    expect(heard()).toBe(5)
    await pass(WINDOW_MS)
    expect(heard()).toBe(7)
    change(8, 'Busy')
    await pass(WINDOW_MS - 1)
    expect(heard()).toBe(7)
    await pass(1)
    expect(heard()).toBe(8)
    change(9, 'Busy')
    change(10, 'Busy')
    expect(heard()).toBe(10)
  })

  test('PRES-1 PRES-10 a state that somebody has read in a list meanwhile is told even if it is as it was', async () => {
    const { listeners, change, list, pass } = stage(2600)
    change(1, 'Busy')
    change(2, 'Busy')
    list()
    change(2, 'Available')
    change(3, 'Busy')
    change(3, 'Available')
    await pass(WINDOW_MS)
    expect(listeners[0]?.told).toEqual([
      ['id-1', 'Busy'],
      ['id-2', 'Available'],
    ])
  })

  test('PRES-2 PRES-3 PRES-10 whatever happens when, each has the right picture of the others in the end, and hears no state twice', async () => {
    const step = fc.record({
      who: fc.nat(1199),
      flaps: fc.array(fc.constantFrom(...STATES), { minLength: 1, maxLength: 4 }),
      pause: fc.constantFrom(0, 0, 0, 10, WINDOW_MS),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { listeners, change, pass, states } = stage(1200)
        for (const { who, flaps, pause } of steps) {
          for (const state of flaps) change(who, state)
          await pass(pause)
        }
        await pass(WINDOW_MS)
        await pass(WINDOW_MS)
        for (const index of new Set([0, ...steps.map(({ who }) => who)])) {
          const picture = new Map<string, string>()
          for (const [id, state] of listeners[index]?.told ?? []) {
            expect(picture.get(id) ?? 'Available').not.toBe(state)
            expect(id).not.toBe(`id-${index}`)
            picture.set(id, state)
          }
          states.forEach((state, who) => {
            if (who !== index) expect(picture.get(`id-${who}`) ?? 'Available').toBe(state)
          })
        }
      }),
      { numRuns: 20 },
    )
  })

  test('PRES-10 a batch is the same frames whether joined or single, whichever is left out', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1 }), { minLength: 1 }), fc.nat(), (frames, seed) => {
        const batch = new FrameBatch(frames.map((frame) => Buffer.from(frame)))
        for (const except of [undefined, seed % frames.length]) {
          const expected = Buffer.concat(frames.filter((_, index) => index !== except))
          expect(Buffer.concat(batch.joined(except))).toEqual(expected)
          expect(Buffer.concat(batch.single(except))).toEqual(expected)
          expect(batch.joined(except).length).toBeLessThanOrEqual(2)
        }
      }),
    )
  })
})

describe('a client that does not keep up', () => {
  test('BOUND-6 PRES-10 nobody is handed a large batch at once: 500 changes at a time, as long as they leave', () => {
    const sink = { isCongested: false, joinsFrames: true }
    const told: number[] = []
    const updates = (pieces: readonly Buffer[], count: number) => {
      expect(takeFrames(Buffer.concat(pieces)).frames).toHaveLength(count)
      sink.isCongested = told.push(count) % 2 === 0
    }
    const outlet = new PresenceOutlet(sink, { updates, frame: () => undefined }, createFigures().presence)
    const rings = { was: 'Available', state: 'Busy' } as const
    const changes = Array.from({ length: 1200 }, (_, i) => ({ user: user(i), ...rings }))
    outlet.tell(presenceNews(changes), undefined)
    expect(told).toEqual([])
    outlet.tellMissed()
    expect(told).toEqual([500, 500])
    sink.isCongested = false
    outlet.tellMissed()
    expect(told).toEqual([500, 500, 200])
  })

  test('BOUND-6 is told the latest state of each user once it does, and of nobody whose state is as it was', async () => {
    const house = createHouse()
    const slow = await house.logIn('slow')
    const alice = await house.logIn('alice')
    const bob = await house.logIn('bob')
    const carol = await house.logIn('carol')
    slow.take()
    slow.sink.isCongested = true
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    await alice.send(T.LOGOUT_REQUEST, {})
    await carol.send(T.LOGOUT_REQUEST, {})
    const again = await house.logIn('carol')
    await house.pass(250)
    expect(slow.take()).toEqual([])
    slow.sink.isCongested = false
    // Nothing overtakes what was missed.
    await again.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(slow.take()).toEqual([])
    await house.pass(250)
    expect(slow.seen()).toEqual([
      [T.USER_STATE_UPDATE, { user_id: alice.userId, username: 'alice', state: 'Disconnected' }],
      [T.USER_STATE_UPDATE, { user_id: carol.userId, username: 'carol', state: 'Busy' }],
    ])
  })

  test('PRES-1 BOUND-6 what it has read in a list meanwhile is told even if it is as it was', async () => {
    const house = createHouse()
    const slow = await house.logIn('slow')
    const alice = await house.logIn('alice')
    const bob = await house.logIn('bob')
    slow.sink.isCongested = true
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const [ringing] = bob.take(T.CALL_NOTIFICATION)
    slow.sink.isCongested = false
    slow.take()
    await slow.send(T.USER_LIST_REQUEST, {})
    expect(slow.take(T.USER_LIST_RESPONSE)[0]?.payload['users']).toContainEqual({
      user_id: alice.userId,
      username: 'alice',
      state: 'Busy',
    })
    await alice.send(T.HANGUP, { call_id: ringing?.payload['call_id'] })
    await house.pass(250)
    expect(slow.seen()).toEqual([
      [T.USER_STATE_UPDATE, { user_id: alice.userId, username: 'alice', state: 'Available' }],
    ])
  })

  test('BOUND-6 after a logout it is told nothing of what it has missed before', async () => {
    const house = createHouse()
    const slow = await house.logIn('slow')
    const alice = await house.logIn('alice')
    slow.sink.isCongested = true
    await alice.send(T.LOGOUT_REQUEST, {})
    slow.sink.isCongested = false
    await slow.send(T.LOGOUT_REQUEST, {})
    slow.take()
    await house.pass(250)
    expect(slow.seen()).toEqual([])
  })

  test('BOUND-6 what it has missed is told as it takes it, never more at once', async () => {
    const house = createHouse()
    const slow = await house.logIn('slow')
    slow.sink.isCongested = true
    const changes = Array.from({ length: 1100 }, (_, i) => {
      return { user: user(i), was: 'Available', state: 'Busy' } as const
    })
    slow.endpoint.tellPresence(presenceNews(changes), undefined)
    slow.sink.congestAt = 64
    const told: unknown[][] = []
    for (let looks = 0; looks < 4; looks++) {
      slow.sink.isCongested = false
      await house.pass(250)
      told.push(slow.take().map(({ payload }) => payload['user_id']))
    }
    expect(told.map(({ length }) => length)).toEqual([500, 500, 100, 0])
    expect(told.flat()).toEqual(changes.map((change) => change.user.id))
  })
})
