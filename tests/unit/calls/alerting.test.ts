import { describe, expect, test } from 'vitest'
import { type Agreed, createDuo } from '../../support/house/duo.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const CONTROL = ['call_control']
const BOTH = ['resume', 'call_control']

const refusals = (client: HouseClient) => client.take(T.ERROR).map(({ payload }) => payload['reason'])

async function rung(ofAlice: Agreed, ofBob: Agreed) {
  const duo = await createDuo(ofAlice, ofBob)
  const call_id = await duo.ring()
  duo.forget()
  return { ...duo, call_id }
}

describe('CALL-20 that the callee’s client alerts', () => {
  test('is told the caller, with the time that is left, once', async () => {
    const { house, alice, bob, carol, call_id } = await rung(CONTROL, CONTROL)
    await house.pass(300)
    await bob.send(T.CALL_ALERTING, { call_id, request_id: 'a' })
    await bob.send(T.CALL_ALERTING, { call_id, request_id: 'b' })
    const peer = { peer_user_id: bob.userId, peer_username: 'bob' }
    expect(alice.seen()).toEqual([[T.RINGING, { call_id, ...peer, expires_in_ms: 29_700, alerting: true }]])
    expect([...bob.seen(), ...carol.seen()]).toEqual([])
  })

  test.each([
    ['of v1', undefined],
    ['who can only resume', ['resume']],
  ])('HELLO-5 is not told a caller %s', async (_who, ofAlice) => {
    const { alice, bob, call_id } = await rung(ofAlice, CONTROL)
    await bob.send(T.CALL_ALERTING, { call_id })
    expect([...alice.seen(), ...bob.seen()]).toEqual([])
  })

  test('does not prolong the call, and leaves all else as it was', async () => {
    const { house, alice, bob, call_id } = await rung(CONTROL, CONTROL)
    await house.pass(29_000)
    await bob.send(T.CALL_ALERTING, { call_id })
    alice.take()
    await house.pass(1000)
    expect(alice.take(T.CALL_DECLINED)).toMatchObject([{ payload: { call_id, reason: 'timeout' } }])
    expect(bob.take(T.HANGUP)).toMatchObject([{ payload: { call_id, reason: 'timeout' } }])
  })

  test('is the callee’s alone to say, of a call that rings', async () => {
    const { house, alice, bob, call_id } = await rung(CONTROL, CONTROL)
    const dave = await house.logIn('dave', CONTROL)
    await alice.send(T.CALL_ALERTING, { call_id })
    await dave.send(T.CALL_ALERTING, { call_id })
    await bob.send(T.CALL_ALERTING, { call_id: 'another' })
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await bob.send(T.CALL_ALERTING, { call_id })
    await alice.send(T.HANGUP, { call_id })
    await bob.send(T.CALL_ALERTING, { call_id })
    expect([alice, dave, bob].map(refusals)).toEqual([
      ['call_not_found'],
      ['call_not_found'],
      ['call_not_found', 'call_not_found', 'call_not_found'],
    ])
    expect(alice.take(T.RINGING)).toEqual([])
  })

  test('RESUME-11 is known to both after they were away, and after a crash of the server', async () => {
    const { house, alice, bob, call_id } = await rung(BOTH, BOTH)
    await alice.drop()
    await bob.send(T.CALL_ALERTING, { call_id })
    const back = await comeBack(house, alice, 1)
    expect(back.missed.map(({ payload }) => payload)).toMatchObject([{ call_id, alerting: true, seq: 2 }])
    expect(back.resumed['call']).toMatchObject({ phase: 'ringing', alerting: true })
    const anew = await house.crash()
    const again = await comeBack(anew, back.client, 2)
    expect(again.resumed['call']).toMatchObject({ phase: 'ringing', alerting: true })
    const callee = await comeBack(anew, bob, 1)
    expect(callee.resumed['call']).toMatchObject({ phase: 'ringing', role: 'callee', alerting: true })
    // Both are told what it is by then, and no one is told again.
    await callee.client.send(T.CALL_ALERTING, { call_id })
    again.client.take(T.PEER_STATE)
    expect([...again.client.seen(), ...callee.client.seen()]).toEqual([])
  })

  test('RESUME-11 HELLO-5 is not in RESUMED of a client without call_control, and false before it is said', async () => {
    const { house, alice, bob } = await rung(['resume'], BOTH)
    await Promise.all([alice.drop(), bob.drop()])
    expect((await comeBack(house, bob, 1)).resumed['call']).toMatchObject({ alerting: false })
    expect((await comeBack(house, alice, 0)).resumed['call']).not.toHaveProperty('alerting')
  })
})
