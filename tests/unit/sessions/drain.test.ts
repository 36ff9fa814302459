import { describe, expect, test } from 'vitest'
import { systemRandom } from '../../../src/infrastructure/system/system-random.ts'
import { createHouse } from '../../support/house/house.ts'
import { CAPABILITIES, candidate, comeBack, createResuming, resume } from '../../support/house/resuming.ts'
import { createDuo } from '../../support/house/duo.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

const PERIODS = { graceMs: 3000, windowMs: 2000 }
const [DRAINING, SHUTTING_DOWN] = ['draining', 'shutting_down'].map((reason) => [
  T.GOAWAY,
  { reason, reconnect_after_ms: 1000 },
])
const LAST_ERROR = [T.ERROR, { code: 503, message: 'The server is shutting down', reason: 'shutting_down' }]

describe('a drain begins', () => {
  test('LIFE-17 who agreed on goaway is told at once and goes on; the others learn nothing', async () => {
    const house = createHouse()
    const [told, untold] = [await house.logIn('told', ['goaway']), await house.logIn('untold')]
    const guest = house.connect()
    await guest.hello(['goaway'])
    for (const one of [told, untold, guest]) one.take()
    await house.drain(PERIODS, [0.5, 0.5, 0.5])
    for (const one of [told, guest]) expect(one.seen()).toEqual([DRAINING])
    expect(untold.seen()).toEqual([])
    for (const one of [told, untold, guest]) {
      one.endpoint.forewarn(1000)
      expect(one.seen()).toEqual([])
      await one.send(T.HEARTBEAT, { timestamp: 1 })
      expect(one.seen()).toEqual([[T.HEARTBEAT, { timestamp: 1 }]])
    }
  })

  test('LIFE-16 logins, registrations and resumptions go on', async () => {
    const { house, alice } = await createResuming()
    const guest = house.connect()
    await guest.hello(CAPABILITIES)
    guest.take()
    await alice.drop()
    const drain = await house.drain(PERIODS, [0.5, 0.5, 0.5, 0.5])
    await house.pass(1)
    await guest.send(T.REGISTER_REQUEST, { username: 'dora', password_hash: 'pw' })
    expect(guest.take(T.REGISTER_RESPONSE)).toMatchObject([{ payload: { success: true } }])
    await guest.send(T.RESUME, { session_token: alice.token, last_seq: 0 })
    expect(guest.take(T.RESUMED)).toMatchObject([{ payload: { username: 'alice' } }])
    const late = await house.logIn('erik')
    expect(late.userId).not.toBe('')
    expect(drain.isOver()).toBe(false)
  })

  test('LIFE-18 a call is refused, and a v1 client is told so in its own way', async () => {
    const { house, alice, bob, carol, forget } = await createDuo(CAPABILITIES, CAPABILITIES)
    await house.drain(PERIODS, [0.5, 0.5, 0.5])
    forget()
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, request_id: 'r' })
    const error = {
      code: 503,
      message: 'The server is about to stop and takes no new calls; try again later',
      reason: 'draining',
      in_reply_to: T.CALL_REQUEST,
    }
    expect(alice.seen()).toEqual([[T.ERROR, { ...error, seq: 1, request_id: 'r' }]])
    await carol.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const declined = {
      call_id: '',
      peer_user_id: bob.userId,
      peer_username: 'bob',
      reason: 'draining',
    }
    expect(carol.seen()).toEqual([
      [T.ERROR, error],
      [T.CALL_DECLINED, declined],
    ])
    expect(bob.seen()).toEqual([])
    await alice.send(T.CALL_REQUEST, { to_user_id: 'nobody' })
    expect(alice.take(T.ERROR)).toMatchObject([{ payload: { reason: 'user_not_found' } }])
  })

  test('LIFE-18 CALL-15 a request that meets a ringing call accepts it', async () => {
    const { house, alice, bob, ring } = await createDuo(CAPABILITIES, CAPABILITIES)
    const call_id = await ring()
    await house.drain(PERIODS)
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id, role: 'caller' } }])
    expect(bob.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id, role: 'callee' } }])
  })
})

describe('LIFE-19 the grace', () => {
  const still = { graceMs: 3000, windowMs: 0 }

  test('is not waited for where no call is being set up', async () => {
    const { house, alice, connect } = await createDuo(undefined, undefined)
    await connect()
    await house.pass(3000)
    const drain = await house.drain(still)
    expect(drain.isOver()).toBe(true)
    expect(alice.ended).toBe(true)
  })

  unlessShared('told of the stop')('lasts while a call rings, and no longer than configured', async () => {
    const { house, alice, bob, ring } = await createDuo(undefined, undefined)
    const call_id = await ring()
    const drain = await house.drain(still)
    bob.take()
    await house.pass(2999)
    expect(alice.seen()).toEqual([])
    expect(drain.isOver()).toBe(false)
    await house.pass(1)
    expect(drain.isOver()).toBe(true)
    for (const one of [alice, bob]) {
      expect(one.seen()).toEqual([[T.HANGUP, { call_id, reason: 'shutdown' }], LAST_ERROR])
      expect(one.ended).toBe(true)
    }
  })

  test('is over when the last call that rang is declined', async () => {
    const { house, alice, bob, ring, forget } = await createDuo(undefined, undefined)
    const call_id = await ring()
    const drain = await house.drain(still)
    await house.pass(500)
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: false })
    forget()
    await house.pass(100)
    expect(drain.isOver()).toBe(true)
    for (const one of [alice, bob]) expect(one.seen()).toEqual([LAST_ERROR])
  })

  test('lets a call be accepted and offer, answer and candidates be exchanged', async () => {
    const { house, alice, bob, ring } = await createDuo(undefined, undefined)
    const call_id = await ring()
    const drain = await house.drain(still)
    await house.pass(500)
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id } }])
    await house.pass(500)
    await alice.send(T.SDP_OFFER, { call_id, to_user_id: bob.userId, sdp: 'offer' })
    await bob.send(T.SDP_ANSWER, { call_id, to_user_id: alice.userId, sdp: 'answer' })
    await house.pass(1999)
    await alice.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'of alice'))
    expect(bob.take(T.SDP_OFFER)).toMatchObject([{ payload: { sdp: 'offer' } }])
    expect(alice.take(T.SDP_ANSWER)).toMatchObject([{ payload: { sdp: 'answer' } }])
    expect(bob.take(T.ICE_CANDIDATE)).toMatchObject([{ payload: { candidate: 'of alice' } }])
    expect(drain.isOver()).toBe(false)
    await house.pass(1)
    expect(drain.isOver()).toBe(true)
    expect(bob.take(T.HANGUP)).toEqual([])
  })

  test('ends before its time once the call has been active for as long as the grace is', async () => {
    const { house, connect } = await createDuo(undefined, undefined)
    await connect()
    await house.pass(1000)
    const drain = await house.drain(still)
    await house.pass(1900)
    expect(drain.isOver()).toBe(false)
    await house.pass(100)
    expect(drain.isOver()).toBe(true)
  })
})

describe('the window', () => {
  test('LIFE-20 LIFE-23 each of 30 clients goes at the moment that chance has given it', async () => {
    const house = createHouse()
    const clients = []
    for (let i = 0; i < 30; i += 1) clients.push(await house.logIn(`user${i}`))
    // 7 and 30 have no common divisor: each thirtieth of the window comes once.
    const moments = clients.map((_, i) => ((i * 7) % 30) * 100)
    const drain = await house.drain(
      { graceMs: 0, windowMs: 3000 },
      moments.map((ms) => ms / 3000),
    )
    for (let now = 0; now < 3000; now += 100) {
      const gone = clients.map((client) => client.ended)
      expect(gone).toEqual(moments.map((ms) => ms <= now))
      await house.pass(100)
    }
    expect(drain.isOver()).toBe(true)
  })

  test('LIFE-23 chance favours no part of the window', () => {
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 10_000; i += 1) {
      const tenth = Math.floor(systemRandom.fraction() * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    // 1000 each, give or take 30: this is ten times as much.
    expect(tenths).toHaveLength(10)
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(300)
  })

  test('LIFE-20 who is still there is served; who went, or leaves, is no news', async () => {
    const trio = await createResuming()
    const { house, alice, bob, carol } = trio
    const dora = await house.logIn('dora')
    const call_id = await trio.connect()
    await house.pass(5000)
    await house.drain(PERIODS, [0.1, 0.9, 0.9, 0.9])
    trio.forget()
    await house.pass(200)
    expect(alice.seen()).toEqual([LAST_ERROR])
    await dora.drop()
    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'kept for alice'))
    await bob.send(T.HEARTBEAT, { timestamp: 7 })
    expect(bob.seen()).toEqual([[T.HEARTBEAT, { timestamp: 7 }]])
    await carol.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(carol.take(T.ERROR)).toMatchObject([{ payload: { reason: 'draining' } }])
    carol.take()
    await house.pass(1599)
    expect(carol.seen()).toEqual([])
    await house.pass(1)
    for (const one of [bob, carol]) expect(one.seen()).toEqual([LAST_ERROR])
  })

  unlessShared('told of the stop')(
    'LIFE-12 LIFE-20 whoever went early in the window resumes in the next run, and the call goes on',
    async () => {
      const trio = await createResuming({ limits: { resume_window_ms: 2000 } })
      const { house, alice, bob } = trio
      const call_id = await trio.connect()
      await house.pass(5000)
      await house.drain({ graceMs: 0, windowMs: 4000 }, [0, 0.9, 0])
      expect(alice.ended).toBe(true)
      await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'kept for alice'))
      await house.pass(3600)
      expect(bob.ended).toBe(true)
      // 1900 ms after the end, of a window of 2000 ms: for alice, too.
      const next = await house.restart(1900)
      const back = await comeBack(next, alice, 2)
      expect(back.resumed).toMatchObject({ call: { call_id, phase: 'active' } })
      expect(back.missed).toMatchObject([{ payload: { candidate: 'kept for alice', seq: 3 } }])
      expect((await comeBack(next, bob, 1)).resumed).toMatchObject({ call: { call_id } })
    },
  )

  test('LIFE-16 LIFE-20 a client that resumes on another connection in the window is saved as it is', async () => {
    const { house, alice } = await createResuming()
    const guest = house.connect()
    await guest.hello(CAPABILITIES)
    guest.take()
    await house.drain({ graceMs: 0, windowMs: 1000 }, [0, 0, 0, 0.9])
    expect(alice.ended).toBe(true)
    await guest.send(T.RESUME, { session_token: alice.token, last_seq: 0 })
    const token = String(guest.take(T.RESUMED)[0]?.payload['session_token'])
    await house.pass(1000)
    expect(guest.ended).toBe(true)
    const next = await house.restart()
    expect((await resume(next, { session_token: token, last_seq: 0 })).take(T.RESUMED)).toHaveLength(1)
  })
})

describe('LIFE-21 a second signal', () => {
  unlessShared('told of the stop')('ends the grace and the window at once', async () => {
    const { house, alice, bob, carol, ring } = await createDuo(['goaway'], undefined)
    const call_id = await ring()
    const drain = await house.drain(PERIODS, [0.9, 0.9, 0.9])
    await house.pass(100)
    for (const one of [alice, bob, carol]) one.take()
    await drain.hurry()
    expect(alice.seen()).toEqual([[T.HANGUP, { call_id, reason: 'shutdown' }], SHUTTING_DOWN])
    expect(bob.seen()).toEqual([[T.HANGUP, { call_id, reason: 'shutdown' }], LAST_ERROR])
    expect(carol.seen()).toEqual([LAST_ERROR])
  })

  test('ends the window at once', async () => {
    const house = createHouse()
    const clients = [await house.logIn('alice'), await house.logIn('bob')]
    const drain = await house.drain(PERIODS, [0.2, 0.9])
    await house.pass(500)
    expect(clients.map((client) => client.ended)).toEqual([true, false])
    await drain.hurry()
    expect(clients.map((client) => client.ended)).toEqual([true, true])
  })
})
