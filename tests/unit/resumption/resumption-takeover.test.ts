import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import {
  CAPABILITIES,
  candidate,
  comeBack,
  createResuming,
  resume,
  type Resuming,
} from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

let trio: Resuming
let house: Resuming['house']
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

beforeEach(async () => {
  trio = await createResuming()
  ;({ house, alice, bob, carol } = trio)
})

describe('a connection that still looks alive', () => {
  test('RESUME-9 loses against a RESUME: it is told why and closed, and nobody else is told anything', async () => {
    const call_id = await trio.connect()
    const { client } = await comeBack(house, alice, 2)
    expect(alice.seen()).toEqual([
      [T.ERROR, { code: 409, message: expect.any(String), reason: 'session_resumed' }],
    ])
    expect(alice.ended).toBe(true)
    await alice.drop()
    await house.pass(60_000)
    expect(bob.take().filter(({ type }) => type !== T.HEARTBEAT)).toEqual([])
    expect(carol.take(T.USER_STATE_UPDATE)).toEqual([])
    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'c'))
    expect(client.take(T.ICE_CANDIDATE)).toMatchObject([{ payload: { seq: 3 } }])
    expect(alice.take(T.ICE_CANDIDATE)).toEqual([])
  })

  test('RESUME-9 RESUME-4 what was still on its way over the old connection is not taken: the client sends it again', async () => {
    const call_id = await trio.connect()
    const { client, resumed } = await comeBack(house, alice, 2)
    expect(resumed).toMatchObject({ received: 1 })
    await alice.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'late'))
    await alice.send(T.HANGUP, { call_id })
    expect(bob.seen()).toEqual([])
    await client.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'late'))
    expect(bob.take(T.ICE_CANDIDATE)).toHaveLength(1)
    expect((await comeBack(house, client, 2)).resumed).toMatchObject({ received: 2, call: { call_id } })
  })

  unlessShared('no turns')(
    'RESUME-9 an old connection that breaks while its session is being resumed takes nothing along',
    async () => {
      const call_id = await trio.connect()
      const back = house.connect()
      await back.hello(CAPABILITIES)
      const resumed = back.send(T.RESUME, { session_token: alice.token, last_seq: 2 })
      await alice.drop()
      await resumed
      expect(back.take(T.RESUMED)).toHaveLength(1)
      expect(bob.seen()).toEqual([])
      await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'c'))
      expect(back.take(T.ICE_CANDIDATE)).toHaveLength(1)
    },
  )
})

describe('capabilities', () => {
  test('RESUME-12 are those of the login: what the HELLO before RESUME says changes nothing', async () => {
    const call_id = await trio.connect()
    await alice.drop()
    const other = { session_token: alice.token, last_seq: 2 }
    const back = await resume(house, other, ['resume', 'goaway', 'ice_servers'])
    expect(back.take().map(({ type }) => type)).toEqual([T.RESUMED, T.USER_LIST_RESPONSE])
    await bob.send(T.CALL_UPDATE, { call_id, on_hold: true })
    await back.send(T.CALL_UPDATE, { call_id, on_hold: true })
    expect(back.take().map(({ type }) => type)).toEqual([T.CALL_UPDATE])
    back.endpoint.goAway(1)
    expect(back.seen()).toMatchObject([[T.ERROR, { reason: 'shutting_down' }]])
  })
})

describe('a logout', () => {
  test('RESUME-5 AUTH-7 counts although its connection is gone at once', async () => {
    const out = alice.send(T.LOGOUT_REQUEST, {})
    const gone = alice.drop()
    await out
    await gone
    expect(carol.take(T.USER_STATE_UPDATE)).toMatchObject([{ payload: { state: 'Disconnected' } }])
    const back = await resume(house, { session_token: alice.token, last_seq: 0 })
    expect(back.take(T.RESUME_REFUSED)).toMatchObject([{ payload: { reason: 'unknown' } }])
  })

  unlessShared('no turns')(
    'RESUME-9 that waits on the old connection behind a RESUME is not carried out',
    async () => {
      const back = house.connect()
      await back.hello(CAPABILITIES)
      const resumed = back.send(T.RESUME, { session_token: alice.token, last_seq: 0 })
      const out = alice.send(T.LOGOUT_REQUEST, {})
      await resumed
      await out
      expect(back.take(T.RESUMED)).toHaveLength(1)
      expect(carol.seen()).toEqual([])
      await back.send(T.CALL_REQUEST, { to_user_id: bob.userId })
      expect(back.take(T.RINGING)).toHaveLength(1)
    },
  )
})

describe('policy', () => {
  beforeEach(async () => {
    trio = await createResuming({ sessionPolicy: 'reject' })
    ;({ house, alice, bob } = trio)
  })

  test('SESS-2 a session with a connection keeps a newcomer out; one that waits for its client is replaced', async () => {
    const call_id = await trio.connect()
    const other = house.connect()
    await other.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    expect(other.seen()).toMatchObject([[T.ERROR, { code: 409, reason: 'session_exists' }]])
    await alice.drop()
    bob.take()
    await other.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    expect(other.take(T.LOGIN_RESPONSE)).toMatchObject([{ payload: { success: true } }])
    expect(bob.seen()).toMatchObject([
      [T.HANGUP, { call_id, reason: 'replaced' }],
      [T.USER_STATE_UPDATE, { username: 'alice', state: 'Available' }],
    ])
    const late = await resume(house, { session_token: alice.token, last_seq: 0 })
    expect(late.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'replaced' }]])
    await other.send(T.USER_LIST_REQUEST, {})
    expect(other.take(T.USER_LIST_RESPONSE)).toHaveLength(1)
  })

  test('SESS-2 a session that was resumed has a connection: it keeps a newcomer out again', async () => {
    await alice.drop()
    await comeBack(house, alice, 0)
    const other = house.connect()
    await other.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    expect(other.seen()).toMatchObject([[T.ERROR, { code: 409, reason: 'session_exists' }]])
  })
})
