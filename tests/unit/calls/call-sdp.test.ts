import { describe, expect, test } from 'vitest'
import { type Agreed, createDuo } from '../../support/house/duo.ts'
import { resume } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const CONTROL = ['call_control']
const OFFER = 'v=0\r\no=- "offer" ü/\\ \u0001\u2028😀\r\n'
const ANSWER = 'v=0\r\no=- "answer" é\t\r\n\r\n '
/** The largest payload of CALL_REQUEST and CALL_RESPONSE. */
const MAX_BYTES = 65_536

/** All that two parties see of a call whose offer comes with the ring and whose answer with the acceptance. */
async function early(ofAlice: Agreed, ofBob: Agreed) {
  const { alice, bob, forget } = await createDuo(ofAlice, ofBob)
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, sdp: OFFER })
  const [notification] = bob.take(T.CALL_NOTIFICATION)
  const call_id = notification?.payload['call_id']
  forget()
  await bob.send(T.CALL_RESPONSE, { call_id, accepted: true, sdp: ANSWER })
  const rung = { call_id, from_user_id: alice.userId, from_username: 'alice' }
  const accepted = { call_id, peer_user_id: bob.userId, peer_username: 'bob' }
  const signal = (from: string, to: string, sdp: string) => ({
    call_id,
    from_user_id: from,
    to_user_id: to,
    sdp,
  })
  return {
    rung: notification?.payload,
    wantedRung: rung,
    accepted,
    offer: [T.SDP_OFFER, signal(alice.userId, bob.userId, OFFER)],
    answer: [T.SDP_ANSWER, signal(bob.userId, alice.userId, ANSWER)],
    alice: alice.seen().filter(([type]) => type !== T.USER_STATE_UPDATE),
    bob: bob.seen(),
  }
}

describe('CALL-17 an offer with the ring and an answer with the acceptance', () => {
  test('both have call_control: each comes with the message that it was sent with', async () => {
    const { rung, wantedRung, accepted, alice, bob } = await early(CONTROL, CONTROL)
    expect(rung).toEqual({ ...wantedRung, sdp: OFFER })
    expect(alice).toEqual([[T.CALL_ACCEPTED, { ...accepted, role: 'caller', sdp: ANSWER }]])
    expect(bob).toEqual([])
  })

  test.each([
    ['of v1', undefined],
    ['that agreed on everything else', ['ice_servers', 'goaway']],
  ])('RELAY-5 a callee %s gets the offer as SDP_OFFER after it has accepted', async (_who, ofBob) => {
    const { rung, wantedRung, accepted, offer, alice, bob } = await early(CONTROL, ofBob)
    expect(rung).toEqual(wantedRung)
    expect(bob).toEqual([offer])
    // Of its answer, which comes from somebody without call_control, nothing is known.
    expect(alice).toEqual([[T.CALL_ACCEPTED, { ...accepted, role: 'caller' }]])
  })

  test.each([
    ['of v1', undefined],
    ['that agreed on everything else', ['ice_servers', 'goaway']],
  ])('RELAY-5 a caller %s gets the answer as SDP_ANSWER after CALL_ACCEPTED', async (_who, ofAlice) => {
    const { rung, wantedRung, accepted, answer, alice, bob } = await early(ofAlice, CONTROL)
    expect(rung).toEqual(wantedRung)
    expect(alice).toEqual([[T.CALL_ACCEPTED, accepted], answer])
    expect(bob).toEqual([])
  })

  test('WIRE-9 neither has call_control: they are fields that nobody knows', async () => {
    const { rung, wantedRung, accepted, alice, bob } = await early(undefined, ['resume'])
    expect(rung).toEqual({ ...wantedRung, seq: 1 })
    expect(alice).toEqual([[T.CALL_ACCEPTED, accepted]])
    expect(bob).toEqual([])
  })

  test('RESUME-2 a callee without call_control that is away when it is told gets the offer when it is back', async () => {
    const { house, alice, bob, ring } = await createDuo(CONTROL, ['resume'])
    const call_id = await ring({ sdp: OFFER })
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await bob.drop()
    const back = await resume(house, { session_token: bob.token, last_seq: 1 }, ['resume'])
    expect(back.take(T.SDP_OFFER).map(({ payload }) => payload)).toEqual([
      { call_id, from_user_id: alice.userId, to_user_id: bob.userId, sdp: OFFER, seq: 2 },
    ])
  })

  test('an empty description is one', async () => {
    const { alice, bob } = await createDuo(CONTROL, CONTROL)
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, sdp: '' })
    const [rung] = bob.take(T.CALL_NOTIFICATION)
    expect(rung?.payload['sdp']).toBe('')
    await bob.send(T.CALL_RESPONSE, { call_id: rung?.payload['call_id'], accepted: true, sdp: '' })
    expect(alice.take(T.CALL_ACCEPTED)[0]?.payload['sdp']).toBe('')
  })

  test.each([
    ['declines', (call_id: string) => ({ call_id, accepted: false, sdp: ANSWER })],
    ['cannot accept any more', () => ({ call_id: 'c', accepted: true, sdp: ANSWER })],
  ])('a callee that %s gets no offer, and its answer goes nowhere', async (_how, response) => {
    const { house, alice, bob, ring } = await createDuo(CONTROL, undefined)
    const call_id = await ring({ sdp: OFFER })
    await bob.send(T.CALL_RESPONSE, response(call_id))
    await house.pass(30_000)
    const got = [...alice.take(), ...bob.take()]
    expect(got.filter(({ payload }) => 'sdp' in payload)).toEqual([])
  })

  test('the offer comes once: not again with a later call', async () => {
    const { alice, bob, ring, forget } = await createDuo(CONTROL, undefined)
    await bob.send(T.CALL_RESPONSE, { call_id: await ring({ sdp: OFFER }), accepted: false })
    forget()
    await bob.send(T.CALL_RESPONSE, { call_id: await ring(), accepted: true })
    expect([...alice.take(), ...bob.take()].filter(({ payload }) => 'sdp' in payload)).toEqual([])
  })

  test.each([
    ['a number', 7],
    ['null', null],
    ['an object', { type: 'offer' }],
  ])('WIRE-7 %s is no description', async (_what, sdp) => {
    const { alice, bob, ring } = await createDuo(CONTROL, CONTROL)
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, sdp })
    const call_id = await ring()
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true, sdp })
    expect(alice.take(T.ERROR)).toMatchObject([{ payload: { reason: 'invalid_field' } }])
    expect(bob.take(T.ERROR)).toMatchObject([{ payload: { reason: 'invalid_field' } }])
  })
})

/** A payload of exactly so many bytes: the fields and an `sdp` that fills it up. */
function filled(fields: object, bytes: number): { sdp: string; text: string } {
  const sdp = 'x'.repeat(bytes - JSON.stringify({ ...fields, sdp: '' }).length)
  return { sdp, text: JSON.stringify({ ...fields, sdp }) }
}

describe('CALL-17 a description as large as may be', () => {
  test.each<readonly [string, Agreed]>([
    ['who has call_control', CONTROL],
    ['who can resume as well', ['resume', 'call_control']],
    ['of v1', undefined],
  ])('reaches a callee %s, and one byte more is refused', async (_who, ofBob) => {
    const { alice, bob } = await createDuo(CONTROL, ofBob)
    const fields = { to_user_id: bob.userId, request_id: 'big' }
    await alice.send(T.CALL_REQUEST, filled(fields, MAX_BYTES + 1).text)
    expect(alice.seen()).toMatchObject([
      [T.ERROR, { code: 413, reason: 'message_too_large', in_reply_to: T.CALL_REQUEST, request_id: 'big' }],
    ])
    const { sdp, text } = filled(fields, MAX_BYTES)
    await alice.send(T.CALL_REQUEST, text)
    const [rung] = bob.take()
    await bob.send(T.CALL_RESPONSE, { call_id: rung?.payload['call_id'], accepted: true })
    const got = ofBob === undefined ? bob.take(T.SDP_OFFER)[0] : rung
    expect(got?.payload['sdp'] === sdp).toBe(true)
  })

  test.each<readonly [string, Agreed]>([
    ['who has call_control', CONTROL],
    ['of v1', undefined],
  ])('reaches a caller %s, and one byte more is refused', async (_who, ofAlice) => {
    const { alice, bob, ring, forget } = await createDuo(ofAlice, CONTROL)
    const fields = { call_id: await ring(), accepted: true, request_id: 'big' }
    forget()
    await bob.send(T.CALL_RESPONSE, filled(fields, MAX_BYTES + 1).text)
    expect(bob.seen()).toMatchObject([
      [T.ERROR, { code: 413, reason: 'message_too_large', in_reply_to: T.CALL_RESPONSE, request_id: 'big' }],
    ])
    expect(alice.seen()).toEqual([])
    const { sdp, text } = filled(fields, MAX_BYTES)
    await bob.send(T.CALL_RESPONSE, text)
    const [got] = alice.take(ofAlice === undefined ? T.SDP_ANSWER : T.CALL_ACCEPTED)
    expect(got?.payload['sdp'] === sdp).toBe(true)
  })
})
