import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import { comeBack, createResuming, type Resuming } from '../../support/house/resuming.ts'
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

describe('the call in RESUMED', () => {
  const untouched = { on_hold: false, audio_muted: false, video_muted: false }

  test('RESUME-11 while it rings: the role of each side and what is left of the time', async () => {
    const call_id = await trio.ring()
    await house.pass(12_000)
    const facts = {
      call_id,
      phase: 'ringing',
      duration_ms: 0,
      expires_in_ms: 18_000,
      alerting: false,
      own: untouched,
      peer: untouched,
    }
    await alice.drop()
    const callee = await comeBack(house, bob, 2)
    expect(callee.resumed['call']).toEqual({
      ...facts,
      role: 'callee',
      peer_user_id: alice.userId,
      peer_username: 'alice',
      peer_state: 'reconnecting',
    })
    const caller = await comeBack(house, alice, 1)
    expect(caller.resumed['call']).toEqual({
      ...facts,
      role: 'caller',
      peer_user_id: bob.userId,
      peer_username: 'bob',
      peer_state: 'connected',
    })
  })

  test('RESUME-11 CALL-14 CALL-13 while it is active: both sides as they were left, and the time without holds', async () => {
    const call_id = await trio.connect()
    await house.pass(5_000)
    await alice.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await bob.send(T.CALL_UPDATE, { call_id, audio_muted: true, video_muted: true })
    await house.pass(7_000)
    await bob.send(T.CALL_UPDATE, { call_id, video_muted: false })
    const held = { ...untouched, on_hold: true }
    const muted = { ...untouched, audio_muted: true }
    await alice.drop()
    await bob.drop()
    const caller = await comeBack(house, alice, 4)
    expect(caller.resumed['call']).toEqual({
      call_id,
      phase: 'active',
      role: 'caller',
      peer_user_id: bob.userId,
      peer_username: 'bob',
      peer_state: 'reconnecting',
      own: held,
      peer: muted,
      duration_ms: 5_000,
    })
    await caller.client.send(T.CALL_UPDATE, { call_id, on_hold: false })
    await house.pass(1_500)
    const callee = await comeBack(house, bob, 2)
    expect(callee.missed.map(({ type }) => type)).toEqual([T.PEER_STATE, T.PEER_STATE, T.CALL_UPDATE])
    expect(callee.resumed['call']).toMatchObject({
      role: 'callee',
      peer_state: 'connected',
      own: muted,
      peer: untouched,
      duration_ms: 6_500,
    })
    await callee.client.send(T.HANGUP, { call_id })
    expect(caller.client.take(T.HANGUP)).toMatchObject([
      { payload: { reason: 'hangup', duration_ms: 6_500 } },
    ])
  })

  test('RESUME-11 with a peer of v1, who is connected as long as there is a call', async () => {
    await alice.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    const { client, resumed } = await comeBack(house, alice, 1)
    expect(resumed).toMatchObject({
      call: { role: 'caller', peer_username: 'carol', peer_state: 'connected' },
    })
    await carol.drop()
    const late = await comeBack(house, client, 1)
    expect(late.missed).toMatchObject([{ type: T.HANGUP, payload: { reason: 'peer_disconnected' } }])
    expect(late.resumed).toMatchObject({ call: null })
  })
})
