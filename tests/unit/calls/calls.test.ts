import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import { createTrio, type Trio } from '../../support/house/trio.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

let trio: Trio
let house: Trio['house']
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

beforeEach(async () => {
  trio = await createTrio()
  ;({ house, alice, bob, carol } = trio)
})

const ring = () => trio.ring()
const connect = () => trio.connect()
const forget = () => {
  trio.forget()
}

const state = (user: HouseClient, username: string, state: string) => [
  T.USER_STATE_UPDATE,
  { user_id: user.userId, username, state },
]

describe('placing a call', () => {
  test('CALL-1 PRES-2 the callee is told, the caller becomes Busy to everybody but itself', async () => {
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(bob.seen()).toEqual([
      [
        T.CALL_NOTIFICATION,
        { call_id: expect.any(String), from_user_id: alice.userId, from_username: 'alice' },
      ],
      state(alice, 'alice', 'Busy'),
    ])
    expect(carol.seen()).toEqual([state(alice, 'alice', 'Busy')])
    expect(alice.seen()).toEqual([])
  })

  test.each([
    [
      'oneself',
      () => alice.userId,
      { code: 400, message: 'Cannot call yourself', reason: 'cannot_call_self' },
    ],
    ['an unknown user', () => 'nobody', { code: 404, reason: 'user_not_found' }],
    ['an id that cannot be', () => 'a|b\n', { code: 404, reason: 'user_not_found' }],
  ])('CALL-2 REQ-3 a call to %s: ERROR and then CALL_DECLINED', async (_who, to, error) => {
    await alice.send(T.CALL_REQUEST, { to_user_id: to(), request_id: 'r1' })
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { ...error, in_reply_to: T.CALL_REQUEST, request_id: 'r1' }],
      [T.CALL_DECLINED, { call_id: '', reason: error.reason, request_id: 'r1' }],
    ])
    expect(carol.seen()).toEqual([])
  })

  test('CALL-2 REQ-3 a call to somebody who is not there names the peer', async () => {
    await bob.drop()
    forget()
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 400, message: 'User not available for calls', reason: 'user_unavailable' }],
      [T.CALL_DECLINED, { call_id: '', peer_user_id: bob.userId, peer_username: 'bob' }],
    ])
  })

  test('CALL-2 CALL-9 two callers, one callee: the second is told busy, and no call of theirs rings', async () => {
    await ring()
    await carol.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(carol.seen()).toMatchObject([
      [T.ERROR, { code: 409, reason: 'callee_busy' }],
      [T.CALL_DECLINED, { call_id: '', peer_user_id: bob.userId, peer_username: 'bob', reason: 'busy' }],
    ])
    expect(bob.seen()).toEqual([])
  })

  test('CALL-2 CALL-9 who rings or is rung can neither call nor be called', async () => {
    await ring()
    await alice.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    await bob.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    await carol.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    for (const [client, reason] of [
      [alice, 'caller_busy'],
      [bob, 'caller_busy'],
      [carol, 'callee_busy'],
    ] as const) {
      expect(client.take(T.ERROR)).toMatchObject([{ payload: { code: 409, reason } }])
    }
  })

  test('CALL-2 of several causes the first of the list is told', async () => {
    await ring()
    await alice.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    await carol.drop()
    await alice.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    await alice.send(T.CALL_REQUEST, { to_user_id: 'nobody' })
    expect(alice.take(T.ERROR).map(({ payload }) => payload['reason'])).toEqual([
      'cannot_call_self',
      'caller_busy',
      'user_unavailable',
      'user_not_found',
    ])
  })

  test('CALL-9 two who call each other at the same instant get one call', async () => {
    await Promise.all([
      alice.send(T.CALL_REQUEST, { to_user_id: bob.userId }),
      bob.send(T.CALL_REQUEST, { to_user_id: alice.userId }),
    ])
    const rung = [...alice.take(T.CALL_NOTIFICATION), ...bob.take(T.CALL_NOTIFICATION)]
    expect(rung).toHaveLength(1)
  })

  test('REQ-3 REQ-4 a CALL_REQUEST that is malformed or comes before login is declined too', async () => {
    await alice.send(T.CALL_REQUEST, { request_id: 'r' })
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 400, reason: 'invalid_field', request_id: 'r' }],
      [T.CALL_DECLINED, { call_id: '', peer_user_id: '', peer_username: '', request_id: 'r' }],
    ])
    const stranger = house.connect()
    await stranger.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(stranger.seen()).toMatchObject([
      [T.ERROR, { code: 401 }],
      [T.CALL_DECLINED, { call_id: '' }],
    ])
  })
})

describe('answering a call', () => {
  test('REQ-6 REQ-1 what succeeds is not answered, and what it leads to bears no request_id', async () => {
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: '1' })
    const call_id = bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true, request_id: '2' })
    await bob.send(T.SDP_OFFER, { call_id, to_user_id: alice.userId, sdp: 's', request_id: '3' })
    await bob.send(T.HANGUP, { call_id, request_id: '4' })
    const all = [...alice.take(), ...bob.take(), ...carol.take()]
    expect(all.filter(({ payload }) => 'request_id' in payload)).toEqual([])
    expect(all.filter(({ type }) => type === T.ERROR)).toEqual([])
  })

  test('CALL-4 accepted: the caller is told, the callee becomes Busy', async () => {
    const call_id = await ring()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    expect(alice.seen()).toEqual([
      [T.CALL_ACCEPTED, { call_id, peer_user_id: bob.userId, peer_username: 'bob' }],
      state(bob, 'bob', 'Busy'),
    ])
    expect(carol.seen()).toEqual([state(bob, 'bob', 'Busy')])
    expect(bob.seen()).toEqual([])
  })

  test('CALL-5 CALL-10 declined: the caller is told why and becomes Available', async () => {
    const call_id = await ring()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: false })
    expect(alice.seen()).toEqual([
      [T.CALL_DECLINED, { call_id, peer_user_id: bob.userId, peer_username: 'bob', reason: 'declined' }],
    ])
    expect(bob.seen()).toEqual([state(alice, 'alice', 'Available')])
  })

  test('CALL-3 nobody but the callee answers, and only once', async () => {
    const call_id = await ring()
    await carol.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await alice.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await bob.send(T.CALL_RESPONSE, { call_id: 'other', accepted: true })
    const refused = [T.ERROR, { code: 404, reason: 'call_not_found' }]
    for (const client of [alice, bob]) expect(client.seen()).toMatchObject([refused])
    expect(carol.seen()).toMatchObject([refused, [T.HANGUP, { call_id }]])
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: false })
    expect(bob.seen()).toMatchObject([[T.ERROR, { code: 404, reason: 'call_not_found' }]])
    expect(alice.take(T.CALL_ACCEPTED)).toHaveLength(1)
  })
})

describe('ending a call', () => {
  test.each([
    ['the caller, ringing', ring, () => [alice, bob] as const],
    ['the callee, ringing', ring, () => [bob, alice] as const],
    ['the caller, active', connect, () => [alice, bob] as const],
    ['the callee, active', connect, () => [bob, alice] as const],
  ])(
    'CALL-6 CALL-10 HANGUP by %s: the other is told, both are Available again',
    async (_who, begin, roles) => {
      const call_id = await begin()
      const [who, other] = roles()
      await who.send(T.HANGUP, { call_id })
      expect(other.take(T.HANGUP).map(({ text }) => text)).toEqual([
        `{"call_id":"${call_id}","reason":"hangup"}`,
      ])
      expect(who.take(T.HANGUP)).toEqual([])
      await carol.send(T.USER_LIST_REQUEST, {})
      expect(carol.take(T.USER_LIST_RESPONSE)[0]?.text).not.toContain('Busy')
    },
  )

  test('CALL-6 a third party cannot hang up, nor anybody a call that is gone', async () => {
    const call_id = await connect()
    await carol.send(T.HANGUP, { call_id, request_id: 'h' })
    expect(carol.seen()).toMatchObject([[T.ERROR, { code: 404, reason: 'call_not_found', request_id: 'h' }]])
    await alice.send(T.HANGUP, { call_id })
    await alice.send(T.HANGUP, { call_id })
    expect(alice.take(T.ERROR)).toHaveLength(1)
    expect(bob.take(T.HANGUP)).toHaveLength(1)
  })

  test('CALL-7 a call that rings too long ends for both, and not a moment too early', async () => {
    const call_id = await ring()
    await house.pass(29_999)
    expect(alice.take(T.CALL_DECLINED)).toEqual([])
    await house.pass(1)
    expect(alice.take(T.CALL_DECLINED)).toMatchObject([
      { payload: { call_id, peer_user_id: bob.userId, peer_username: 'bob', reason: 'timeout' } },
    ])
    expect(bob.take(T.HANGUP)).toMatchObject([{ payload: { call_id, reason: 'timeout' } }])
    await house.pass(60_000)
    expect([...alice.take(T.CALL_DECLINED), ...bob.take(T.HANGUP)]).toEqual([])
  })

  test('CALL-7 an accepted call does not time out', async () => {
    await connect()
    await house.pass(3_600_000)
    expect([...alice.take(T.CALL_DECLINED), ...alice.take(T.HANGUP), ...bob.take(T.HANGUP)]).toEqual([])
  })

  test.each([
    ['disconnects', 'peer_disconnected', (client: HouseClient) => client.drop()],
    ['logs out', 'logout', (client: HouseClient) => client.send(T.LOGOUT_REQUEST, {})],
  ])(
    'CALL-8 AUTH-7 a party that %s: the other is told and becomes Available',
    async (_how, reason, leave) => {
      const call_id = await connect()
      await leave(alice)
      expect(bob.seen()).toEqual([[T.HANGUP, { call_id, reason }], state(alice, 'alice', 'Disconnected')])
      expect(carol.seen()).toEqual([state(bob, 'bob', 'Available'), state(alice, 'alice', 'Disconnected')])
    },
  )

  test.each([
    ['caller', () => [alice, bob] as const],
    ['callee', () => [bob, alice] as const],
  ])('CALL-8 the %s disconnects while it rings', async (_who, roles) => {
    const call_id = await ring()
    const [who, other] = roles()
    await who.drop()
    expect(other.take(T.HANGUP)).toMatchObject([{ payload: { call_id, reason: 'peer_disconnected' } }])
    await house.pass(60_000)
    expect(other.take(T.CALL_DECLINED)).toEqual([])
  })

  unlessShared('told of the stop')(
    'LIFE-1 at shutdown both parties of a call that rings are told, and nobody of the presence that follows',
    async () => {
      const call_id = await ring()
      await house.inputs.shutDown()
      for (const client of [alice, bob])
        expect(client.seen()).toEqual([[T.HANGUP, { call_id, reason: 'shutdown' }]])
      await alice.drop()
      expect(carol.seen()).toEqual([])
    },
  )

  test('LIFE-29 at shutdown nobody is told of an active call, and it is served until its connections are closed', async () => {
    const call_id = await connect()
    await house.inputs.shutDown()
    for (const client of [alice, bob]) expect(client.seen()).toEqual([])
    await alice.send(T.SDP_OFFER, { call_id, to_user_id: bob.userId, sdp: 'offer' })
    expect(bob.take(T.SDP_OFFER)).toHaveLength(1)
    await bob.drop()
    for (const client of [alice, carol]) expect(client.seen()).toEqual([])
  })
})
