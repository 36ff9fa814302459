import { describe, expect, test } from 'vitest'
import { type Agreed, createDuo } from '../../support/house/duo.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { candidate, resume } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const CONTROL = ['call_control']
const BOTH = ['resume', 'call_control']

/** Who calls whom: each pair of which at least one has `call_control`. */
const PAIRS: readonly (readonly [string, Agreed, Agreed])[] = [
  ['both have it', CONTROL, CONTROL],
  ['the caller is of v1', undefined, CONTROL],
  ['the callee is of v1', CONTROL, undefined],
]

const refusals = (client: HouseClient) => client.take(T.ERROR).map(({ payload }) => payload['reason'])

describe('RINGING', () => {
  test.each([
    ['has call_control', CONTROL],
    ['is of v1', undefined],
  ])('CALL-11 the caller is told the call_id as soon as the callee is rung, who %s', async (_what, ofBob) => {
    const { alice, bob, ring } = await createDuo(CONTROL, ofBob)
    const call_id = await ring({ request_id: 'c' })
    expect(alice.seen()).toEqual([
      [T.RINGING, { call_id, peer_user_id: bob.userId, peer_username: 'bob', expires_in_ms: 30_000 }],
    ])
  })

  test.each([
    ['of v1', undefined],
    ['who agreed on everything else', ['ice_servers', 'goaway']],
    ['who can only resume', ['resume']],
  ])('CALL-11 HELLO-5 a caller %s is told nothing', async (_who, ofAlice) => {
    const { alice, ring } = await createDuo(ofAlice, CONTROL)
    await ring()
    expect(alice.seen()).toEqual([])
  })

  test('CALL-11 CALL-7 expires_in_ms is the time after which the call ends', async () => {
    const { house, alice, bob, ring } = await createDuo(CONTROL, CONTROL, { ringTimeoutMs: 1234 })
    const call_id = await ring()
    expect(alice.take(T.RINGING)[0]?.payload['expires_in_ms']).toBe(1234)
    await house.pass(1233)
    expect(alice.take()).toEqual([])
    await house.pass(1)
    const reason = 'timeout'
    expect(alice.take(T.CALL_DECLINED)).toMatchObject([{ payload: { call_id, reason, duration_ms: 0 } }])
    expect(bob.take(T.HANGUP)).toMatchObject([{ payload: { call_id, reason, duration_ms: 0 } }])
  })

  test('CALL-11 CALL-2 a call that is refused does not ring', async () => {
    const { alice } = await createDuo(CONTROL, CONTROL)
    await alice.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    await alice.send(T.CALL_REQUEST, { to_user_id: 'nobody' })
    expect(alice.take(T.RINGING)).toEqual([])
  })

  test.each([
    ['has call_control', CONTROL, { duration_ms: 0 }],
    ['is of v1', undefined, {}],
  ])(
    'CALL-11 CALL-6 CALL-13 the caller cancels by HANGUP: the callee, who %s, stops ringing',
    async (_what, ofBob, more) => {
      const { alice, bob, carol, ring, busy } = await createDuo(CONTROL, ofBob)
      await ring()
      const call_id = alice.take(T.RINGING)[0]?.payload['call_id']
      carol.take()
      await alice.send(T.HANGUP, { call_id })
      expect(bob.take(T.HANGUP).map(({ payload }) => payload)).toEqual([
        { call_id, reason: 'hangup', ...more },
      ])
      expect(alice.seen()).toEqual([])
      expect(carol.take(T.USER_STATE_UPDATE)).toMatchObject([
        { payload: { username: 'alice', state: 'Available' } },
      ])
      expect(await busy()).toEqual([])
      await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
      expect(refusals(bob)).toEqual(['call_not_found'])
    },
  )
})

describe('CALL_ACCEPTED', () => {
  test.each(PAIRS)(
    'CALL-16 HELLO-5 bears role for a caller with call_control: %s',
    async (_who, ofAlice, ofBob) => {
      const { alice, bob, ring } = await createDuo(ofAlice, ofBob)
      const call_id = await ring()
      alice.take()
      await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
      const accepted = { call_id, peer_user_id: bob.userId, peer_username: 'bob' }
      expect(alice.take(T.CALL_ACCEPTED).map(({ payload }) => payload)).toEqual([
        ofAlice === undefined ? accepted : { ...accepted, role: 'caller' },
      ])
      expect(bob.take(T.CALL_ACCEPTED)).toEqual([])
    },
  )
})

describe('CALL_UPDATE', () => {
  test.each([
    { on_hold: true },
    { on_hold: false },
    { audio_muted: true },
    { video_muted: false },
    { on_hold: false, audio_muted: true },
    { on_hold: true, audio_muted: false, video_muted: true },
  ])('CALL-14 RELAY-2 the other party gets exactly %j, and from whom it is', async (change) => {
    const { alice, bob, carol, connect } = await createDuo(CONTROL, CONTROL)
    const call_id = await connect()
    const claimed = { from_user_id: carol.userId, colour: 'red', request_id: 'u' }
    for (const [from, to] of [
      [alice, bob],
      [bob, alice],
    ] as const) {
      await from.send(T.CALL_UPDATE, { call_id, ...change, ...claimed })
      expect(to.seen()).toEqual([[T.CALL_UPDATE, { call_id, from_user_id: from.userId, ...change }]])
      expect(from.seen()).toEqual([])
    }
    expect(carol.seen()).toEqual([])
  })

  test.each([
    ['nothing to change', {}],
    ['only what the server does not know', { colour: 'red' }],
    ['a string', { on_hold: 'yes' }],
    ['null', { on_hold: true, audio_muted: null }],
    ['a number', { video_muted: 0 }],
  ])('CALL-14 WIRE-7 with %s it is refused, and the other is told nothing', async (_what, change) => {
    const { alice, bob, connect } = await createDuo(CONTROL, CONTROL)
    const call_id = await connect()
    await alice.send(T.CALL_UPDATE, { call_id, ...change, request_id: 'u' })
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 400, reason: 'invalid_field', in_reply_to: T.CALL_UPDATE, request_id: 'u' }],
    ])
    expect(bob.seen()).toEqual([])
  })

  test('CALL-14 about a call that only rings, that is over, or that is not one’s own, it is refused', async () => {
    const { house, alice, bob, ring } = await createDuo(CONTROL, CONTROL)
    const dave = await house.logIn('dave', CONTROL)
    const call_id = await ring()
    await alice.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await bob.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await dave.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await dave.send(T.CALL_UPDATE, { call_id: 'a|b', on_hold: true })
    await bob.send(T.HANGUP, { call_id })
    await bob.send(T.CALL_UPDATE, { call_id, on_hold: true })
    expect([alice, bob, dave].map(refusals)).toEqual([
      ['call_not_found'],
      ['call_not_found', 'call_not_found'],
      ['call_not_found', 'call_not_found'],
    ])
    expect([...alice.take(T.CALL_UPDATE), ...bob.take(T.CALL_UPDATE)]).toEqual([])
  })

  test('CALL-14 HELLO-5 a party of v1 is told nothing and changes nothing; the hold counts all the same', async () => {
    const { house, alice, bob, connect } = await createDuo(CONTROL, undefined)
    const call_id = await connect()
    await house.pass(1000)
    await alice.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await bob.send(T.CALL_UPDATE, { call_id, on_hold: false })
    await house.pass(1000)
    expect(bob.seen()).toMatchObject([[T.ERROR, { reason: 'not_negotiated' }]])
    await bob.send(T.HANGUP, { call_id })
    expect(alice.take(T.HANGUP)).toMatchObject([{ payload: { call_id, duration_ms: 1000 } }])
  })

  test('CALL-14 RESUME-11 each has a side of its own, and what is not said stays as it was', async () => {
    const { house, alice, bob, connect } = await createDuo(BOTH, BOTH)
    const call_id = await connect()
    await alice.send(T.CALL_UPDATE, { call_id, on_hold: true, audio_muted: true })
    await bob.send(T.CALL_UPDATE, { call_id, on_hold: true, video_muted: true })
    await alice.send(T.CALL_UPDATE, { call_id, on_hold: false })
    const ofAlice = { on_hold: false, audio_muted: true, video_muted: false }
    const ofBob = { on_hold: true, audio_muted: false, video_muted: true }
    for (const [client, own, peer] of [
      [alice, ofAlice, ofBob],
      [bob, ofBob, ofAlice],
    ] as const) {
      await client.drop()
      const back = await resume(house, { session_token: client.token, last_seq: 0 })
      expect(back.take(T.RESUMED)[0]?.payload['call']).toMatchObject({ call_id, own, peer })
    }
  })

  test('CALL-14 RELAY-1 who holds, or is held, still may send', async () => {
    const { alice, bob, connect } = await createDuo(CONTROL, CONTROL)
    const call_id = await connect()
    await alice.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await bob.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await alice.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'a'))
    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'b'))
    expect(bob.take(T.ICE_CANDIDATE)).toHaveLength(1)
    expect(alice.take(T.ICE_CANDIDATE)).toHaveLength(1)
  })
})

describe('renegotiation', () => {
  test.each([...PAIRS, ['both are of v1', undefined, undefined] as const])(
    'CALL-18 RELAY-1 RELAY-4 offers and answers go any number of times and in either direction: %s',
    async (_who, ofAlice, ofBob) => {
      const { alice, bob, connect } = await createDuo(ofAlice, ofBob)
      const call_id = await connect()
      for (let round = 0; round < 50; round += 1) {
        const [from, to] = round % 3 === 0 ? [bob, alice] : [alice, bob]
        const description = (peer: HouseClient) => ({
          call_id,
          from_user_id: peer === to ? from.userId : to.userId,
          to_user_id: peer.userId,
          sdp: `v=0\r\no=- ${round}`,
        })
        await from.send(T.SDP_OFFER, description(to))
        await to.send(T.SDP_ANSWER, description(from))
        expect(to.seen()).toEqual([[T.SDP_OFFER, description(to)]])
        expect(from.seen()).toEqual([[T.SDP_ANSWER, description(from)]])
      }
    },
  )

  test('CALL-18 RESUME-5 after a resumption too, by whoever has resumed and by the other', async () => {
    const { house, alice, bob, connect, forget } = await createDuo(BOTH, BOTH)
    const call_id = await connect()
    await alice.drop()
    const back = await resume(house, { session_token: alice.token, last_seq: 2 })
    back.take()
    forget()
    const offer = (to_user_id: string, sdp: string) => ({ call_id, to_user_id, sdp })
    await back.send(T.SDP_OFFER, offer(bob.userId, 'from alice'))
    await bob.send(T.SDP_OFFER, offer(alice.userId, 'from bob'))
    expect(bob.take(T.SDP_OFFER)).toMatchObject([{ payload: { sdp: 'from alice' } }])
    expect(back.take(T.SDP_OFFER)).toMatchObject([{ payload: { sdp: 'from bob' } }])
  })
})
