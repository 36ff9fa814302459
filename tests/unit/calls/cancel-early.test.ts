import { beforeEach, describe, expect, test } from 'vitest'
import { createDuo, type Duo } from '../../support/house/duo.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

const CONTROL = ['resume', 'call_control']

const early = { call_id: '', request_id: 'call-7' }

let duo: Duo

beforeEach(async () => {
  duo = await createDuo(CONTROL, CONTROL)
  duo.forget()
})

describe('CALL-19 who hangs up before it knows the id of its call', () => {
  test('names the request: the callee is rung no more, and both are told which call it was', async () => {
    const { alice, bob, busy } = duo
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'call-7' })
    await alice.send(T.HANGUP, early)
    const call_id = bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
    expect(bob.take(T.HANGUP).map(({ payload }) => payload)).toMatchObject([{ call_id, reason: 'hangup' }])
    expect(alice.take(T.HANGUP).map(({ payload }) => payload)).toMatchObject([
      { call_id, reason: 'hangup', duration_ms: 0 },
    ])
    expect(await busy()).toEqual([])
  })

  test('may do so when the call has been accepted meanwhile', async () => {
    const { alice, bob } = duo
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'call-7' })
    const call_id = bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    await alice.send(T.HANGUP, early)
    expect(bob.take(T.HANGUP)[0]?.payload).toMatchObject({ call_id, reason: 'hangup' })
  })

  test('may do so after a crash of the server', async () => {
    const { alice, bob } = duo
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'call-7' })
    const house = await duo.house.crash()
    const { client } = await comeBack(house, alice, 0)
    await client.send(T.HANGUP, early)
    expect(client.take(T.HANGUP)).toHaveLength(1)
  })

  test('ends a call that its request has accepted', async () => {
    const { alice, bob } = duo
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId, request_id: 'of bob' })
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'call-7' })
    await alice.send(T.HANGUP, early)
    expect(bob.take(T.HANGUP)).toHaveLength(1)
  })

  test('ends nothing else: no other call of its own, and none that has another request', async () => {
    const { alice, bob, busy } = duo
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'call-8' })
    alice.take()
    await alice.send(T.HANGUP, early)
    await alice.send(T.HANGUP, { call_id: '' })
    // The callee has begun nothing, even if it guesses the caller's id.
    await bob.send(T.HANGUP, { call_id: '', request_id: 'call-8' })
    for (const client of [alice, bob])
      for (const { payload } of client.take(T.ERROR))
        expect(payload).toMatchObject({ reason: 'call_not_found' })
    expect(await busy()).toEqual(['alice'])
  })

  test('needs call_control: to a client of v1 an empty id is no call', async () => {
    const v1 = await createDuo(undefined, CONTROL)
    await v1.alice.send(T.CALL_REQUEST, { to_user_id: v1.bob.userId, request_id: 'call-7' })
    v1.alice.take()
    await v1.alice.send(T.HANGUP, early)
    expect(v1.alice.take(T.ERROR)[0]?.payload).toMatchObject({ reason: 'call_not_found' })
    expect(await v1.busy()).toEqual(['alice'])
  })
})
