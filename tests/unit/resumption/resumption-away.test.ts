import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import { candidate, comeBack, createResuming, type Resuming } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

let trio: Resuming
let house: Resuming['house']
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

beforeEach(async () => {
  trio = await createResuming()
  ;({ house, alice, bob, carol } = trio)
})

const state = (user: HouseClient, username: string, state: string) => [
  T.USER_STATE_UPDATE,
  { user_id: user.userId, username, state },
]

const peerState = (call_id: string, state: string) => [
  T.PEER_STATE,
  { call_id, state, seq: expect.any(Number) },
]

async function userList(): Promise<string | undefined> {
  await carol.send(T.USER_LIST_REQUEST, {})
  return carol.take(T.USER_LIST_RESPONSE)[0]?.text
}

describe('a session without a connection', () => {
  test.each([
    ['the client', () => alice.drop()],
    [
      'the server, for silence',
      async () => {
        await alice.send(T.HEARTBEAT, { timestamp: 1 })
        await house.pass(60_000)
      },
    ],
    [
      'the server, for a fault',
      () => {
        alice.endpoint.fail({ reason: 'frame_too_large' })
        return house.pass(0)
      },
    ],
  ])(
    'RESUME-5 a connection ended by %s: nobody is told, the state and the call stay',
    async (_whom, lose) => {
      const call_id = await trio.connect()
      const before = await userList()
      await lose()
      expect(carol.take().filter(({ type }) => type !== T.HEARTBEAT)).toEqual([])
      expect(await userList()).toBe(before)
      await house.pass(59_999)
      expect(bob.take(T.HANGUP)).toEqual([])
      const { resumed } = await comeBack(house, alice, 2)
      expect(resumed).toMatchObject({ call: { call_id, phase: 'active' } })
      expect(carol.take(T.USER_STATE_UPDATE)).toEqual([])
      expect(await userList()).toBe(before)
    },
  )

  test('RESUME-5 a session goes on as often as its connection is lost, each time with the whole window', async () => {
    const call_id = await trio.connect()
    let client = alice
    for (let i = 0; i < 4; i += 1) {
      await client.drop()
      await house.pass(59_999)
      client = (await comeBack(house, client, 2)).client
    }
    await client.send(T.SDP_OFFER, { call_id, to_user_id: bob.userId, sdp: 's' })
    expect(bob.take(T.SDP_OFFER)).toHaveLength(1)
    expect(carol.take(T.USER_STATE_UPDATE)).toEqual([])
  })

  test('RESUME-5 who logs out ends the session at once', async () => {
    const call_id = await trio.connect()
    await alice.send(T.LOGOUT_REQUEST, {})
    expect(bob.seen()).toEqual([
      [T.HANGUP, { call_id, reason: 'logout', duration_ms: 0, seq: 2 }],
      state(alice, 'alice', 'Disconnected'),
    ])
  })

  test('RESUME-5 somebody who is away can be called, and accepts when back', async () => {
    await bob.drop()
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const [ringing] = alice.take(T.RINGING)
    const call_id = String(ringing?.payload['call_id'])
    await house.pass(10_000)
    const { client, resumed, missed } = await comeBack(house, bob, 0)
    expect(missed).toMatchObject([{ type: T.CALL_NOTIFICATION, payload: { call_id, seq: 1 } }])
    expect(resumed).toMatchObject({
      call: { call_id, phase: 'ringing', role: 'callee', expires_in_ms: 20_000 },
    })
    await client.send(T.CALL_RESPONSE, { call_id, accepted: true })
    expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id, role: 'caller' } }])
    await client.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'c'))
    expect(alice.take(T.ICE_CANDIDATE)).toHaveLength(1)
  })

  test.each(['caller', 'callee', 'both'])(
    'RESUME-5 CALL-7 a call rings out while its %s is away, which is told when back',
    async (who) => {
      const call_id = await trio.ring()
      if (who !== 'callee') await alice.drop()
      if (who !== 'caller') await bob.drop()
      trio.forget()
      await house.pass(30_000)
      expect(carol.seen()).toMatchObject([[T.HEARTBEAT, {}], state(alice, 'alice', 'Available')])
      const toAlice = who === 'callee' ? alice.take() : (await comeBack(house, alice, 1)).missed
      const toBob = who === 'caller' ? bob.take() : (await comeBack(house, bob, 1)).missed
      expect(toAlice.filter(({ type }) => type === T.CALL_DECLINED)).toMatchObject([
        { payload: { call_id, reason: 'timeout' } },
      ])
      expect(toBob.filter(({ type }) => type === T.HANGUP)).toMatchObject([
        { payload: { call_id, reason: 'timeout' } },
      ])
    },
  )

  test('RESUME-2 RESUME-5 the end of a call while one is away is among what was missed, and the call is not in RESUMED', async () => {
    const call_id = await trio.connect()
    await alice.drop()
    await bob.send(T.HANGUP, { call_id })
    const { resumed, missed } = await comeBack(house, alice, 2)
    expect(missed).toMatchObject([{ type: T.HANGUP, payload: { call_id, reason: 'hangup', seq: 3 } }])
    expect(resumed).toMatchObject({ call: null })
  })
})

describe('the other party', () => {
  test.each([
    ['ringing', 'caller', () => trio.ring(), () => [alice, bob] as const],
    ['ringing', 'callee', () => trio.ring(), () => [bob, alice] as const],
    ['active', 'caller', () => trio.connect(), () => [alice, bob] as const],
    ['active', 'callee', () => trio.connect(), () => [bob, alice] as const],
  ])(
    'RESUME-6 in a %s call the peer of the %s learns that it is away and that it is back',
    async (_phase, _who, start, roles) => {
      const call_id = await start()
      const [who, other] = roles()
      await who.drop()
      expect(other.seen()).toEqual([peerState(call_id, 'reconnecting')])
      await comeBack(house, who, 1)
      expect(other.seen()).toEqual([peerState(call_id, 'connected')])
    },
  )

  test('RESUME-6 whoever calls somebody who is away learns that, and when the callee is back', async () => {
    await bob.drop()
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const call_id = String(alice.take(T.RINGING)[0]?.payload['call_id'])
    expect(alice.seen()).toEqual([peerState(call_id, 'reconnecting')])
    await comeBack(house, bob, 0)
    expect(alice.seen()).toEqual([peerState(call_id, 'connected')])
  })

  test.each([
    ['a client of v1', undefined],
    ['a client without resume', ['call_control']],
  ])('RESUME-6 %s is told nothing', async (_who, capabilities) => {
    const dora = await house.logIn('dora', capabilities)
    await dora.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    const call_id = alice.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
    await alice.send(T.CALL_RESPONSE, { call_id, accepted: true })
    dora.take()
    await alice.drop()
    const { client } = await comeBack(house, alice, 1)
    expect(dora.seen()).toEqual([])
    await client.send(T.HANGUP, { call_id })
    expect(dora.take(T.HANGUP)).toHaveLength(1)
  })

  test('RESUME-6 who is in no call is told nothing of others', async () => {
    await alice.drop()
    await comeBack(house, alice, 0)
    expect([...bob.take(), ...carol.take()]).toEqual([])
  })
})

describe('the end of the window', () => {
  test('RESUME-7 CALL-8 PRES-5 all happens once that happens at a disconnect, and not a moment too early', async () => {
    const call_id = await trio.connect()
    await alice.drop()
    bob.take()
    await house.pass(59_999)
    trio.forget()
    await house.pass(1)
    const duration_ms = 60_000
    expect(bob.seen()).toEqual([
      [T.HANGUP, { call_id, reason: 'peer_disconnected', duration_ms, seq: 3 }],
      state(alice, 'alice', 'Disconnected'),
    ])
    expect(carol.seen()).toEqual([state(bob, 'bob', 'Available'), state(alice, 'alice', 'Disconnected')])
    await house.pass(1)
    await house.pass(60_000)
    expect([...bob.take(T.HANGUP), ...carol.take(T.USER_STATE_UPDATE)]).toEqual([])
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect(bob.take(T.ERROR)).toMatchObject([{ payload: { reason: 'user_unavailable' } }])
  })

  test('RESUME-7 where both parties are gone for good, everybody else learns it once', async () => {
    await trio.connect()
    await alice.drop()
    await bob.drop()
    await house.pass(60_000)
    expect(
      carol.take(T.USER_STATE_UPDATE).map(({ payload }) => [payload['username'], payload['state']]),
    ).toEqual([
      ['bob', 'Available'],
      ['alice', 'Disconnected'],
      ['bob', 'Disconnected'],
    ])
    expect(await userList()).not.toContain('Busy')
  })

  test('RESUME-7 a session that came back in time does not end when its first window would have', async () => {
    await trio.connect()
    await alice.drop()
    await house.pass(59_999)
    await comeBack(house, alice, 2)
    await house.pass(60_000)
    expect(carol.take(T.USER_STATE_UPDATE)).toEqual([])
  })
})
