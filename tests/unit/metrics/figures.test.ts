import { describe, expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import { timedGate } from '../../../src/daemon/metrics/timed-gate.ts'
import { Durations } from '../../../src/session/figures/durations.ts'
import { SignalTimes } from '../../../src/session/figures/signal-times.ts'
import { createHouse } from '../../support/house/house.ts'
import { CAPABILITIES, comeBack, resume } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

describe('messages', () => {
  test('METRIC-3 each message taken and each given counts by its type, joined presence message by message', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice')
    const { received, sent } = house.figures
    expect([received.of(T.REGISTER_REQUEST), received.of(T.LOGIN_REQUEST)]).toEqual([1, 1])
    expect([sent.of(T.REGISTER_RESPONSE), sent.of(T.LOGIN_RESPONSE)]).toEqual([1, 1])
    await house.logIn('bob')
    // alice is told of bob; bob is spared himself.
    expect(sent.of(T.USER_STATE_UPDATE)).toBe(1)
    await alice.send(T.USER_LIST_REQUEST, {})
    expect(sent.of(T.USER_LIST_RESPONSE)).toBe(alice.take(T.USER_LIST_RESPONSE).length)
  })

  test('METRIC-2 METRIC-3 types that no client may send are one', async () => {
    const house = createHouse()
    const stranger = house.connect()
    for (const type of [0, 200, 255, T.ERROR]) await stranger.send(type, {})
    await stranger.send(T.HEARTBEAT, { timestamp: 1 })
    const { received } = house.figures
    expect(received.except(new Set([T.HEARTBEAT]))).toBe(4)
    expect(received.except(new Set())).toBe(5)
    // As a WebSocket brings it: JSON that names no type.
    void stranger.endpoint.mishear({ reason: 'invalid_json', detail: 'no JSON' })
    expect(received.except(new Set([T.HEARTBEAT]))).toBe(5)
  })

  test('METRIC-3 what a resumption brings again counts again', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    const bob = await house.logIn('bob')
    await alice.drop()
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    const { sent } = house.figures
    const before = [sent.of(T.CALL_NOTIFICATION), sent.of(T.RESUMED)]
    const { missed } = await comeBack(house, alice, 0)
    expect(missed.map(({ type }) => type)).toEqual([T.CALL_NOTIFICATION])
    expect([sent.of(T.CALL_NOTIFICATION), sent.of(T.RESUMED)]).toEqual([
      Number(before[0]) + 1,
      Number(before[1]) + 1,
    ])
  })
})

describe('refusals, logins, resumptions and bans', () => {
  test('METRIC-5 count by reason and result', async () => {
    const house = createHouse()
    const alice = await house.logIn('alice', CAPABILITIES)
    const stranger = house.connect()
    await stranger.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'wrong' })
    await stranger.send(T.LOGIN_REQUEST, { username: 'nobody', password_hash: 'wrong' })
    await stranger.send(T.HANGUP, { call_id: 'none' })
    const { refusals, logins, resumptions } = house.figures
    expect([logins.of('granted'), logins.of('invalid_credentials')]).toEqual([1, 2])
    expect([refusals.of('invalid_credentials'), refusals.of('login_required')]).toEqual([2, 1])
    await alice.drop()
    await resume(house, { session_token: 'x'.repeat(43), last_seq: 0 })
    await comeBack(house, alice, 0)
    expect([resumptions.of('unknown'), resumptions.of('granted')]).toEqual([1, 1])
  })

  test('METRIC-5 a connection that the server ends counts with its reason, once', async () => {
    const house = createHouse()
    const late = house.connect()
    await house.pass(10_000)
    await house.pass(10_000)
    expect(late.ended).toBe(true)
    expect(house.figures.refusals.of('login_timeout')).toBe(1)
  })

  test('METRIC-5 a client that floods is a ban', async () => {
    const security = { max_requests_per_minute: 1 }
    const rates = rateLimits(configSchema.parse({ security, rate_limits: { max_score: 1 } }))
    const house = createHouse({ rates })
    const flood = house.connect()
    for (let i = 0; i < 3; i++) await flood.send(T.HEARTBEAT, { timestamp: -1 })
    expect(flood.ended).toBe(true)
    expect(house.figures.bans.of('flooding')).toBe(1)
    expect([house.figures.refusals.of('rate_limited'), house.figures.refusals.of('flooding')]).toEqual([1, 1])
  })
})

test('METRIC-6 calls count as they are placed and accepted, and by how they end', async () => {
  const house = createHouse()
  const [alice, bob] = [await house.logIn('alice'), await house.logIn('bob')]
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  const [ring] = bob.take(T.CALL_NOTIFICATION)
  const call_id = ring?.payload['call_id']
  await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await alice.send(T.HANGUP, { call_id })
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  await bob.send(T.CALL_RESPONSE, {
    call_id: bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'],
    accepted: false,
  })
  const { calls, callEnds } = house.figures
  expect([calls.of('placed'), calls.of('accepted')]).toEqual([2, 1])
  expect([callEnds.of('hangup'), callEnds.of('declined'), callEnds.of('timeout')]).toEqual([1, 1, 0])
})

test('METRIC-7 a change that takes the place of one that a slow client has not been told is a merge', async () => {
  const house = createHouse()
  const [slow, bob, carol] = [await house.logIn('slow'), await house.logIn('bob'), await house.logIn('carol')]
  slow.sink.isCongested = true
  const { presence } = house.figures
  const before = presence.of('change')
  await bob.send(T.CALL_REQUEST, { to_user_id: carol.userId })
  expect(presence.of('change')).toBe(before + 1)
  expect(presence.of('slow_client')).toBe(0)
  await bob.send(T.HANGUP, { call_id: carol.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'] })
  expect(presence.of('change')).toBe(before + 2)
  expect(presence.of('slow_client')).toBe(1)
})

describe('the time of a signal in the server', () => {
  const bounds = (durations: Durations) =>
    [...durations.bounds, Infinity].filter((_, index) => durations.counts[index] !== 0)

  test('METRIC-4 goes from the frame to the release of the gate, after what the gate keeps', () => {
    let now = 1000
    const clock = { monotonicMs: () => now, wallMs: () => 0 }
    const times = new SignalTimes()
    const gate = timedGate({ isHolding: true, release: () => (now += 3) }, times, clock)
    expect(gate.isHolding).toBe(true)
    gate.release()
    expect(times.durations.sumMs).toBe(0)
    times.relayed(now)
    now += 4
    gate.release()
    gate.release()
    expect(times.durations.sumMs).toBe(7)
    expect(bounds(times.durations)).toEqual([10])
  })

  test('METRIC-4 what waits for a receiver without a connection does not count, nor does what is refused', async () => {
    const house = createHouse()
    const [alice, bob] = [await house.logIn('alice', CAPABILITIES), await house.logIn('bob', CAPABILITIES)]
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const call_id = String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
    await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    const offer = { call_id, from_user_id: alice.userId, to_user_id: bob.userId, sdp: 'v=0' }
    const { signals } = house.figures
    const counted = () => {
      signals.left(house.ports.clock.monotonicMs())
      return signals.durations.counts.reduce((sum, count) => sum + count, 0)
    }
    await alice.send(T.SDP_OFFER, offer)
    await alice.send(T.SDP_OFFER, { ...offer, from_user_id: '' })
    expect(counted()).toBe(2)
    await alice.send(T.SDP_OFFER, { ...offer, to_user_id: alice.userId })
    await bob.drop()
    await alice.send(T.SDP_OFFER, offer)
    await alice.send(T.SDP_OFFER, { ...offer, from_user_id: '' })
    expect(counted()).toBe(2)
  })

  test('METRIC-4 more in one tick than it remembers count all the same', () => {
    const times = new SignalTimes()
    for (let i = 0; i < 5000; i++) times.relayed(i)
    times.left(5000)
    expect(times.durations.counts.reduce((sum, count) => sum + count, 0)).toBe(5000)
  })

  test('METRIC-4 a duration counts within the first bound that it does not exceed', () => {
    const durations = new Durations([1, 10])
    for (const ms of [0, 1, 1.01, 10, 11]) durations.add(ms)
    expect(durations.counts).toEqual([2, 2, 1])
    expect(durations.sumMs).toBeCloseTo(23.01)
    const together = new Durations([1, 10])
    together.addAll(Float64Array.of(89, 90, 98, 99, 100, 0), 5, 100)
    expect(together.counts).toEqual([2, 2, 1])
    together.addAll(Float64Array.of(95, 96), 2, 100)
    expect(together.counts).toEqual([2, 4, 1])
    expect(together.sumMs).toBe(11 + 10 + 2 + 1 + 0 + 5 + 4)
  })
})
