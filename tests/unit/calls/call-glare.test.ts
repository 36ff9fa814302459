import { describe, expect, test } from 'vitest'
import { type Agreed, createDuo, type Duo } from '../../support/house/duo.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const CONTROL = ['call_control']
const BOTH = ['resume', 'call_control']

const calls = (from: HouseClient, to: HouseClient, fields: object = {}) =>
  from.send(T.CALL_REQUEST, { to_user_id: to.userId, ...fields })

const states = (client: HouseClient) =>
  client.take(T.USER_STATE_UPDATE).map(({ payload }) => [payload['username'], payload['state']])

/** alice's call to bob rings, and bob calls alice. */
async function meet({ alice, bob, ring, forget }: Duo, fields: object = {}): Promise<string> {
  const call_id = await ring()
  forget()
  await calls(bob, alice, fields)
  return call_id
}

const accepted = (call_id: string, peer: HouseClient, peer_username: string) => ({
  call_id,
  peer_user_id: peer.userId,
  peer_username,
})

describe('CALL-15 two who call each other', () => {
  test('both with call_control get CALL_ACCEPTED for the call that came first, and are Busy', async () => {
    const duo = await createDuo(CONTROL, CONTROL)
    const { alice, bob, carol, busy } = duo
    const call_id = await meet(duo, { request_id: 'second' })
    expect(alice.seen()).toEqual([
      [T.CALL_ACCEPTED, { ...accepted(call_id, bob, 'bob'), role: 'caller' }],
      [T.USER_STATE_UPDATE, { user_id: bob.userId, username: 'bob', state: 'Busy' }],
    ])
    expect(bob.seen()).toEqual([[T.CALL_ACCEPTED, { ...accepted(call_id, alice, 'alice'), role: 'callee' }]])
    expect(carol.seen()).toEqual([
      [T.USER_STATE_UPDATE, { user_id: bob.userId, username: 'bob', state: 'Busy' }],
    ])
    expect(await busy()).toEqual(['alice', 'bob'])
  })

  test('a caller of v1 is told as v1 has it, and its callee what it is', async () => {
    const duo = await createDuo(undefined, CONTROL)
    const { alice, bob, busy } = duo
    const call_id = await meet(duo)
    expect(alice.take(T.CALL_ACCEPTED).map(({ payload }) => payload)).toEqual([accepted(call_id, bob, 'bob')])
    expect(bob.seen()).toEqual([[T.CALL_ACCEPTED, { ...accepted(call_id, alice, 'alice'), role: 'callee' }]])
    expect(await busy()).toEqual(['alice', 'bob'])
  })

  test.each<readonly [string, Agreed, Agreed, readonly number[]]>([
    ['of v1, the other one has call_control', CONTROL, undefined, [T.ERROR, T.CALL_DECLINED]],
    ['of v1, and so is the other', undefined, undefined, [T.ERROR, T.CALL_DECLINED]],
    ['one that agreed on everything else', CONTROL, ['resume', 'ice_servers', 'goaway'], [T.ERROR]],
  ])(
    'CALL-2 the second is %s: it is refused, and the first call goes on ringing',
    async (_who, ofAlice, ofBob, answer) => {
      const duo = await createDuo(ofAlice, ofBob)
      const { alice, bob, busy } = duo
      const call_id = await meet(duo)
      const got = bob.take()
      expect(got.map(({ type }) => type)).toEqual(answer)
      for (const { payload } of got) expect(payload['reason']).toBe('caller_busy')
      expect(alice.seen()).toEqual([])
      expect(await busy()).toEqual(['alice'])
      await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
      expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id } }])
    },
  )

  test.each<readonly [string, Agreed]>([
    ['has call_control', CONTROL],
    ['is of v1', undefined],
  ])(
    'CALL-17 CALL-12 sdp and metadata of the later request go nowhere; the first %s',
    async (_who, ofAlice) => {
      const duo = await createDuo(ofAlice, CONTROL)
      const { alice, bob } = duo
      const call_id = await meet(duo, { sdp: 'late offer', metadata: { late: true } })
      const all = [...alice.take(), ...bob.take()]
      expect(all.filter(({ payload }) => 'sdp' in payload || 'metadata' in payload)).toEqual([])
      await alice.send(T.SDP_OFFER, { call_id, to_user_id: bob.userId, sdp: 'offer' })
      await bob.send(T.SDP_ANSWER, { call_id, to_user_id: alice.userId, sdp: 'answer' })
      expect(bob.take(T.SDP_OFFER)).toMatchObject([{ payload: { call_id, sdp: 'offer' } }])
      expect(alice.take(T.SDP_ANSWER)).toMatchObject([{ payload: { call_id, sdp: 'answer' } }])
    },
  )

  test('CALL-17 the offer of the first came with its ring, and comes once', async () => {
    const { alice, bob } = await createDuo(CONTROL, CONTROL)
    await calls(alice, bob, { sdp: 'first offer' })
    await calls(bob, alice, { sdp: 'late offer' })
    const offers = bob.take().filter(({ payload }) => 'sdp' in payload)
    expect(offers.map(({ type, payload }) => [type, payload['sdp']])).toEqual([
      [T.CALL_NOTIFICATION, 'first offer'],
    ])
    expect(alice.take().filter(({ payload }) => 'sdp' in payload)).toEqual([])
  })

  test.each([
    ['alice', 0],
    ['bob', 1],
  ])(
    'CALL-9 at the same instant, %s a moment earlier: there is one call, and both know it',
    async (_who, at) => {
      const { alice, bob, carol, busy } = await createDuo(CONTROL, CONTROL)
      const [first, second] = at === 0 ? [alice, bob] : [bob, alice]
      await Promise.all([calls(first, second), calls(second, first)])
      const [told, toldToo] = [first.take(T.CALL_ACCEPTED), second.take(T.CALL_ACCEPTED)]
      expect(told.map(({ payload }) => payload['role'])).toEqual(['caller'])
      expect(toldToo.map(({ payload }) => payload['role'])).toEqual(['callee'])
      expect(told[0]?.payload['call_id']).toBe(toldToo[0]?.payload['call_id'])
      expect([first.take(T.RINGING).length, second.take(T.RINGING).length]).toEqual([1, 0])
      expect([first.take(T.CALL_NOTIFICATION).length, second.take(T.CALL_NOTIFICATION).length]).toEqual([
        0, 1,
      ])
      expect([...first.take(T.ERROR), ...second.take(T.ERROR)]).toEqual([])
      expect(states(carol).map(([, state]) => state)).toEqual(['Busy', 'Busy'])
      expect(await busy()).toEqual(['alice', 'bob'])
    },
  )

  test('CALL-6 CALL-13 the one call ends for both, and another may follow', async () => {
    const duo = await createDuo(CONTROL, CONTROL)
    const { house, alice, bob, carol, busy, ring } = duo
    const call_id = await meet(duo)
    await house.pass(250)
    carol.take()
    await bob.send(T.HANGUP, { call_id })
    expect(alice.take(T.HANGUP)).toMatchObject([{ payload: { call_id, duration_ms: 250 } }])
    expect(states(carol)).toEqual([
      ['alice', 'Available'],
      ['bob', 'Available'],
    ])
    expect(await busy()).toEqual([])
    expect(await ring()).not.toBe(call_id)
  })

  test('CALL-2 it is no meeting to call once more, to call a third, or to call in an active call', async () => {
    const duo = await createDuo(CONTROL, CONTROL)
    const { alice, bob, carol, ring } = duo
    const call_id = await ring()
    await calls(alice, bob)
    await calls(bob, carol)
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await calls(bob, alice)
    await calls(alice, bob)
    for (const client of [alice, bob]) {
      const reasons = client.take(T.ERROR).map(({ payload }) => payload['reason'])
      expect(reasons).toEqual(['caller_busy', 'caller_busy'])
    }
    expect(alice.take(T.CALL_ACCEPTED)).toHaveLength(1)
    expect(bob.take(T.CALL_ACCEPTED)).toEqual([])
  })
})

describe('CALL-15 two who call each other, one of them away', () => {
  test('RESUME-2 RESUME-11 the first is told when it is back', async () => {
    const duo = await createDuo(BOTH, CONTROL)
    const { house, alice, bob, ring, busy } = duo
    const call_id = await ring()
    await alice.drop()
    await calls(bob, alice, { sdp: 'late offer' })
    expect(bob.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id, role: 'callee' } }])
    expect(await busy()).toEqual(['alice', 'bob'])
    const { resumed, missed } = await comeBack(house, alice, 1)
    expect(missed.map(({ type, payload }) => [type, payload])).toEqual([
      [T.CALL_ACCEPTED, { ...accepted(call_id, bob, 'bob'), role: 'caller', seq: 2 }],
    ])
    expect(resumed['call']).toMatchObject({ call_id, phase: 'active', role: 'caller' })
  })

  test('the second was away while it was rung, and calls when it is back', async () => {
    const { house, alice, bob } = await createDuo(CONTROL, BOTH)
    await bob.drop()
    await calls(alice, bob)
    const { client, missed } = await comeBack(house, bob, 0)
    const call_id = missed[0]?.payload['call_id']
    await calls(client, alice)
    expect(client.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id, role: 'callee' } }])
    expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id, role: 'caller' } }])
  })

  test('RESUME-4 the connection of the second is lost just after its request', async () => {
    const { house, alice, bob, ring } = await createDuo(CONTROL, BOTH)
    const call_id = await ring()
    await Promise.all([calls(bob, alice), bob.drop()])
    expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id, role: 'caller' } }])
    const { resumed, missed } = await comeBack(house, bob, 1)
    expect(resumed['received']).toBe(1)
    expect(missed).toMatchObject([{ type: T.CALL_ACCEPTED, payload: { call_id, role: 'callee' } }])
  })
})
