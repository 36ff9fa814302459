import { beforeEach, describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/application/ports/session-journal.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { createHouse, type HouseClient } from '../../support/house/house.ts'
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

describe('a restart of the daemon', () => {
  unlessShared('told of the stop')(
    'LIFE-12 a call goes on: messages missed, numbers, received, holds and the time as before',
    async () => {
      const call_id = await trio.connect()
      await house.pass(4_000)
      await alice.send(T.CALL_UPDATE, { call_id, on_hold: true })
      await alice.drop()
      await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'three'))
      const next = await house.restart(10_000)
      const back = await comeBack(next, alice, 2)
      expect(back.missed).toMatchObject([{ type: T.ICE_CANDIDATE, payload: { candidate: 'three', seq: 3 } }])
      expect(back.resumed).toMatchObject({
        received: 2,
        call: {
          call_id,
          phase: 'active',
          peer_state: 'reconnecting',
          own: { on_hold: true, audio_muted: false, video_muted: false },
          duration_ms: 4_000,
        },
      })
      const other = await comeBack(next, bob, 3)
      expect(other.resumed).toMatchObject({ received: 2, call: { peer: { on_hold: true } } })
      expect(back.client.seen()).toMatchObject([[T.PEER_STATE, { state: 'connected', seq: 4 }]])
      await other.client.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'five'))
      expect(back.client.take(T.ICE_CANDIDATE)).toMatchObject([{ payload: { seq: 5 } }])
      await back.client.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'from the caller'))
      expect(other.client.take(T.ICE_CANDIDATE)).toHaveLength(1)
    },
  )

  unlessShared('journal')(
    'LIFE-12 CALL-7 CALL-13 a clock that was set back meanwhile makes no time negative, and lets nothing ring longer',
    async () => {
      const dora = await house.logIn('dora', CAPABILITIES)
      const emil = await house.logIn('emil', CAPABILITIES)
      const call_id = await trio.connect()
      await dora.send(T.CALL_REQUEST, { to_user_id: emil.userId })
      const next = await house.restart(-20_000)
      const { client, resumed } = await comeBack(next, alice, 2)
      expect(resumed).toMatchObject({ call: { call_id, duration_ms: 0 } })
      const caller = await comeBack(next, dora, 1)
      expect(caller.resumed).toMatchObject({ call: { phase: 'ringing', expires_in_ms: 30_000 } })
      await client.send(T.HANGUP, { call_id })
      await client.send(T.CALL_REQUEST, { to_user_id: bob.userId })
      await next.pass(30_000)
      for (const one of [client, caller.client]) expect(one.take(T.CALL_DECLINED)).toHaveLength(1)
      await next.pass(30_000)
      expect(
        await resume(next, { session_token: bob.token, last_seq: 0 }).then((back) => back.take()),
      ).toMatchObject([{ type: T.RESUME_REFUSED, payload: { reason: 'expired' } }])
    },
  )

  unlessShared('journal')(
    'LIFE-14 what contradicts itself in a snapshot is passed over: one session a user, one call a user',
    async () => {
      const call_id = await trio.connect()
      let left: readonly JournalEntry[] = []
      await house.restart(0, (entries) => (left = entries))
      const session = left.find(({ kind }) => kind === 'session')
      const kept = left.find(({ kind }) => kind === 'call')
      if (session?.kind !== 'session' || kept?.kind !== 'call')
        throw new Error('a session and a call were to be left')
      const { call } = kept
      const contradictions: readonly JournalEntry[] = [
        { ...session, session: 101 },
        { ...session, session: 102, id: randomIds.session(), tokens: { current: 'another' } },
        { kind: 'call', call: { ...call, id: randomIds.call() } },
        { kind: 'call', call: { ...call, id: randomIds.call(), callee: call.caller } },
      ]
      const next = createHouse({ users: house.ports.users, left: [...left, ...contradictions] })
      await next.inputs.restore()
      const { client, resumed } = await comeBack(next, alice, 2)
      expect(resumed).toMatchObject({ call: { call_id } })
      await client.send(T.HANGUP, { call_id })
      await client.send(T.USER_LIST_REQUEST, {})
      const states = client.take(T.USER_LIST_RESPONSE)[0]?.payload['users']
      expect(states).toMatchObject([
        { state: 'Available' },
        { state: 'Available' },
        { state: 'Disconnected' },
      ])
      await next.pass(60_000)
      expect((await next.ports.presence.list()).size).toBe(1)
    },
  )

  test('LIFE-12 a call that rings goes on ringing, and rings out when it would have', async () => {
    const call_id = await trio.ring()
    await house.pass(10_000)
    const next = await house.restart(15_000)
    const { client, resumed } = await comeBack(next, alice, 1)
    expect(resumed).toMatchObject({ call: { phase: 'ringing', expires_in_ms: 5_000 } })
    await next.pass(4_999)
    expect(client.take(T.CALL_DECLINED)).toEqual([])
    await next.pass(1)
    expect(client.take(T.CALL_DECLINED)).toMatchObject([{ payload: { call_id, reason: 'timeout' } }])
    expect((await comeBack(next, bob, 1)).missed.at(-1)).toMatchObject({ type: T.HANGUP })
  })

  test('LIFE-12 RESUME-10 the token before the last is still good where RESUMED was lost', async () => {
    const { client } = await comeBack(house, alice, 0)
    const next = await house.restart()
    const again = await comeBack(next, alice, 0)
    const late = await resume(next, { session_token: client.token, last_seq: 0 })
    expect(late.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'replaced' }]])
    expect(again.client.ended).toBe(false)
  })

  test('LIFE-12 RESUME-7 a window that a restart has begun is not begun anew by the next', async () => {
    const next = await house.restart(5_000)
    await next.pass(5_000)
    const again = await next.restart(40_000)
    await again.pass(9_999)
    const { client } = await comeBack(again, bob, 0)
    expect(client.ended).toBe(false)
    await again.pass(1)
    const late = await resume(again, { session_token: alice.token, last_seq: 0 })
    expect(late.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'expired' }]])
  })

  test('LIFE-12 RESUME-7 a session that was away when the daemon stopped ends when its own window is over', async () => {
    await bob.drop()
    await house.pass(50_000)
    const next = await house.restart()
    const watcher = await next.logIn('watcher')
    watcher.take()
    await next.pass(9_999)
    expect(watcher.take(T.USER_STATE_UPDATE)).toEqual([])
    await next.pass(1)
    expect(watcher.take(T.USER_STATE_UPDATE)).toMatchObject([
      { payload: { username: 'bob', state: 'Disconnected' } },
    ])
    await next.pass(50_000)
    expect(watcher.take(T.USER_STATE_UPDATE)).toMatchObject([
      { payload: { username: 'alice', state: 'Disconnected' } },
    ])
  })

  unlessShared('told of the stop')(
    'LIFE-29 an active call with a party that cannot resume is left to its media: neither is told',
    async () => {
      await carol.send(T.CALL_REQUEST, { to_user_id: alice.userId })
      const call_id = alice.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
      await alice.send(T.CALL_RESPONSE, { call_id, accepted: true })
      await alice.drop()
      carol.take()
      const next = await house.restart()
      expect(carol.seen()).toMatchObject([[T.ERROR, { reason: 'shutting_down' }]])
      const { client, resumed, missed } = await comeBack(next, alice, 1)
      expect(missed).toEqual([])
      expect(resumed).toMatchObject({ call: null })
      await client.send(T.HANGUP, { call_id })
      expect(client.take(T.ERROR)).toMatchObject([{ payload: { reason: 'call_not_found' } }])
      expect(await next.ports.calls.list()).toEqual([])
    },
  )

  test('LIFE-12 LIFE-1 a call that rings ends where a party cannot resume, and the one that can is told', async () => {
    await carol.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    const call_id = alice.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']
    await alice.drop()
    carol.take()
    const next = await house.restart()
    expect(carol.seen()).toMatchObject([
      [T.HANGUP, { call_id, reason: 'shutdown' }],
      [T.ERROR, { reason: 'shutting_down' }],
    ])
    const { resumed, missed, after } = await comeBack(next, alice, 1)
    expect(missed).toMatchObject([{ type: T.HANGUP, payload: { call_id, reason: 'shutdown', seq: 2 } }])
    expect(resumed).toMatchObject({ call: null })
    expect(after[0]?.payload['users']).toContainEqual({
      user_id: alice.userId,
      username: 'alice',
      state: 'Available',
    })
  })

  test('LIFE-12 LIFE-11 who agreed on goaway is told when to come back, and does', async () => {
    const dora = await house.logIn('dora', [...CAPABILITIES, 'goaway'])
    dora.take()
    const next = await house.restart()
    expect(dora.seen()).toEqual([[T.GOAWAY, { reason: 'shutting_down', reconnect_after_ms: 1000 }]])
    expect((await comeBack(next, dora, 0)).resumed).toMatchObject({ username: 'dora', call: null })
  })
})
