import { beforeEach, describe, expect, test } from 'vitest'
import { parseUserId } from '../../../src/domain/ids.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { news, WATCH_CAPABILITIES } from '../../support/house/watcher.ts'
import { T } from '../../support/wire/wire.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

let house: House
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

beforeEach(() => begin())

/** alice can watch; bob and carol are of version 1. */
async function begin(options: Parameters<typeof createHouse>[0] = {}): Promise<void> {
  house = createHouse(options)
  bob = await house.logIn('bob')
  carol = await house.logIn('carol')
  alice = await house.logIn('alice', WATCH_CAPABILITIES)
  for (const client of [alice, bob, carol]) client.take()
}

async function watch(client: HouseClient, ...users: readonly HouseClient[]): Promise<void> {
  await client.send(T.WATCH, { user_ids: users.map(({ userId }) => userId) })
  client.take()
}

/** Calls, so that it is Busy, and hangs up. */
async function flap(caller: HouseClient, callee: HouseClient): Promise<void> {
  await caller.send(T.CALL_REQUEST, { to_user_id: callee.userId })
  const call_id = callee.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
  await callee.send(T.CALL_RESPONSE, { call_id, accepted: false })
}

const update = (client: HouseClient, username: string, state: string) => [
  T.USER_STATE_UPDATE,
  { user_id: client.userId, username, state },
]

describe('WATCH', () => {
  test('WATCH-1 WATCH-2 is answered by the present states, and then it is told of those users alone', async () => {
    await carol.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    alice.take()
    await alice.send(T.WATCH, { user_ids: [carol.userId, bob.userId, carol.userId], request_id: 'w' })
    expect(alice.seen()).toEqual([
      [
        T.WATCHED,
        {
          all: false,
          users: [
            { user_id: carol.userId, username: 'carol', state: 'Busy' },
            { user_id: bob.userId, username: 'bob', state: 'Available' },
          ],
          rooms: [],
          request_id: 'w',
        },
      ],
    ])
    await watch(alice, bob)
    await carol.send(T.LOGOUT_REQUEST, {})
    await bob.send(T.LOGOUT_REQUEST, {})
    expect(alice.seen()).toEqual([update(bob, 'bob', 'Disconnected')])
    expect(bob.take(T.USER_STATE_UPDATE).length).toBeGreaterThan(0)
  })

  test('WATCH-1 takes the place of the one before; of nobody, and of everybody', async () => {
    await watch(alice, bob)
    await watch(alice, carol)
    await flap(bob, alice)
    expect(news(alice)).toEqual([])
    await watch(alice)
    await flap(carol, alice)
    expect(news(alice)).toEqual([])
    await alice.send(T.WATCH, { all: true, request_id: 'w' })
    expect(alice.seen()).toEqual([[T.WATCHED, { all: true, users: [], rooms: [], request_id: 'w' }]])
    await flap(carol, alice)
    await flap(bob, alice)
    expect(news(alice)).toEqual([
      update(carol, 'carol', 'Busy'),
      update(carol, 'carol', 'Available'),
      update(bob, 'bob', 'Busy'),
      update(bob, 'bob', 'Available'),
    ])
  })

  test('WATCH-1 who watches nobody is told all that concerns its own calls', async () => {
    await watch(alice)
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    const [ring] = alice.take(T.CALL_NOTIFICATION)
    const call_id = ring?.payload['call_id']
    await alice.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await bob.send(T.HANGUP, { call_id })
    expect(alice.seen().map(([type]) => type)).toEqual([T.HANGUP])
    expect(bob.take(T.USER_STATE_UPDATE).map(({ payload }) => payload['state'])).toEqual([
      'Busy',
      'Available',
    ])
  })

  test('WATCH-1 PRES-2 who watches itself is told its state in the answer, and no change of it', async () => {
    await alice.send(T.WATCH, { user_ids: [alice.userId, bob.userId] })
    expect(alice.seen()).toMatchObject([
      [T.WATCHED, { users: [{ user_id: alice.userId, state: 'Available' }, {}] }],
    ])
    await flap(alice, bob)
    expect(news(alice)).toEqual([])
  })

  test('WATCH-2 who is not there is Disconnected, known or not, and told of once it is', async () => {
    const later = parseUserId('someone-later')
    if (later === undefined) throw new Error('no id')
    await bob.send(T.LOGOUT_REQUEST, {})
    alice.take()
    await alice.send(T.WATCH, { user_ids: [NOBODY, bob.userId, later] })
    expect(alice.seen()).toMatchObject([
      [
        T.WATCHED,
        {
          users: [
            { user_id: NOBODY, state: 'Disconnected' },
            { user_id: bob.userId, username: 'bob', state: 'Disconnected' },
            { user_id: later, state: 'Disconnected' },
          ],
        },
      ],
    ])
    const account = { id: later, username: 'later', passwordHash: 'plain pw', createdAt: 0 }
    await house.ports.users.insertIfAbsent(account)
    await house.connect().send(T.LOGIN_REQUEST, { username: 'later', password_hash: 'pw' })
    await house.logIn('bob')
    expect(alice.seen()).toEqual([
      [T.USER_STATE_UPDATE, { user_id: later, username: 'later', state: 'Available' }],
      update(bob, 'bob', 'Available'),
    ])
  })

  test('WATCH-2 the name of who is away is told once, with the first WATCH that has it', async () => {
    await bob.send(T.LOGOUT_REQUEST, {})
    await carol.send(T.LOGOUT_REQUEST, {})
    alice.take()
    const asked = async (...users: readonly HouseClient[]) => {
      await alice.send(T.WATCH, { user_ids: users.map(({ userId }) => userId) })
      return alice.take(T.WATCHED)[0]?.payload['users']
    }
    const [away, nameless] = [
      { user_id: bob.userId, username: 'bob', state: 'Disconnected' },
      { user_id: bob.userId, state: 'Disconnected' },
    ]
    expect(await asked(bob)).toEqual([away])
    expect(await asked(bob, carol)).toEqual([
      nameless,
      { user_id: carol.userId, username: 'carol', state: 'Disconnected' },
    ])
    expect(await asked(carol)).toEqual([{ user_id: carol.userId, state: 'Disconnected' }])
    expect(await asked(bob)).toEqual([away])
  })

  test('WATCH-2 a change is encoded once, and all who watch share the bytes with all others', async () => {
    const ann = await house.logIn('ann', WATCH_CAPABILITIES)
    await watch(ann, bob)
    await watch(alice, bob, carol)
    await bob.send(T.LOGOUT_REQUEST, {})
    expect(alice.lastFrame).toBe(carol.lastFrame)
    expect(ann.lastFrame).toBe(carol.lastFrame)
  })

  test.each([
    ['more than may be', { user_ids: ['a', 'b', 'c'], room_ids: ['d'] }, 'invalid_field'],
    ['an id with a space', { user_ids: ['a b'] }, 'invalid_field'],
    ['an empty id', { user_ids: [''] }, 'invalid_field'],
    ['everybody, and somebody', { all: true, user_ids: ['a'] }, 'invalid_field'],
    ['a room that cannot be', { room_ids: ['a room'] }, 'invalid_room_id'],
  ])('WATCH-3 %s is refused, and nothing changes', async (_, payload, reason) => {
    await begin({ limits: { max_watched: 3 } })
    await watch(alice, bob)
    await alice.send(T.WATCH, { ...payload, request_id: 'w' })
    expect(alice.seen()).toMatchObject([[T.ERROR, { reason, in_reply_to: T.WATCH, request_id: 'w' }]])
    await flap(carol, alice)
    await flap(bob, alice)
    expect(news(alice)).toEqual([update(bob, 'bob', 'Busy'), update(bob, 'bob', 'Available')])
  })

  test('WATCH-3 as many as may be are watched, each counted once', async () => {
    await begin({ limits: { max_watched: 3 } })
    await alice.send(T.WATCH, { user_ids: ['a', 'b', 'a'], room_ids: ['d', 'd'] })
    expect(alice.seen()).toMatchObject([
      [T.WATCHED, { users: [{}, {}], rooms: [{ room_id: 'd', members: 0 }] }],
    ])
  })

  test('WATCH-3 rooms are for who has agreed on them', async () => {
    const ann = await house.logIn('ann', ['watch'])
    ann.take()
    await ann.send(T.WATCH, { room_ids: ['voice'] })
    expect(ann.seen()).toMatchObject([[T.ERROR, { reason: 'not_negotiated' }]])
    await ann.send(T.WATCH, { user_ids: [bob.userId], room_ids: [] })
    expect(ann.seen()).toMatchObject([[T.WATCHED, {}]])
  })

  test('WATCH-3 the largest list there can be is answered in one frame, if need be without names', async () => {
    const ids: string[] = []
    for (let i = 0; i < 2000; i++) {
      const id = parseUserId(`${'x'.repeat(120)}${i}`)
      if (id === undefined) throw new Error('no id')
      const account = { id, username: `${i}-${'ü'.repeat(1000)}`, passwordHash: 'x', createdAt: 0 }
      await house.ports.users.insertIfAbsent(account)
      ids.push(id)
    }
    await begin({ users: house.ports.users, limits: { max_watched: 2000 } })
    await alice.send(T.WATCH, { user_ids: ids, request_id: '\u0000'.repeat(64) })
    const [watched] = alice.take(T.WATCHED)
    expect(Buffer.byteLength(watched?.text ?? '')).toBeLessThanOrEqual(1_048_575)
    const users: unknown = watched?.payload['users']
    expect(users).toHaveLength(2000)
    const named = Array.isArray(users) ? users.filter((user: object) => 'username' in user) : []
    expect(named.length).toBeGreaterThan(0)
    expect(named.length).toBeLessThan(2000)
  })

  test('WATCH-5 until the first WATCH it is told of everybody, and so after another login', async () => {
    await flap(bob, alice)
    expect(news(alice)).toHaveLength(2)
    await watch(alice, carol)
    await alice.send(T.LOGOUT_REQUEST, {})
    await flap(bob, carol)
    expect(news(alice)).toEqual([])
    await alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    await flap(bob, alice)
    expect(news(alice)).toEqual([update(bob, 'bob', 'Busy'), update(bob, 'bob', 'Available')])
  })

  test('WATCH-7 BOUND-6 what a slow client has missed is not told it once it watches others', async () => {
    await watch(alice, bob, carol)
    alice.sink.isCongested = true
    await bob.send(T.LOGOUT_REQUEST, {})
    await carol.send(T.LOGOUT_REQUEST, {})
    expect(news(alice)).toEqual([])
    await watch(alice, carol)
    alice.sink.isCongested = false
    await house.pass(250)
    expect(news(alice)).toEqual([])
    const again = await house.logIn('carol')
    expect(news(alice)).toEqual([update(again, 'carol', 'Available')])
  })

  test('WATCH-7 BOUND-6 what it has missed of everybody is told all the same', async () => {
    alice.sink.isCongested = true
    await bob.send(T.LOGOUT_REQUEST, {})
    await alice.send(T.WATCH, { all: true })
    alice.take()
    alice.sink.isCongested = false
    await house.pass(250)
    expect(news(alice)).toEqual([update(bob, 'bob', 'Disconnected')])
  })
})
