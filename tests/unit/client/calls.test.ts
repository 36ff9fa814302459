import type { Signal } from 'roomrtc-client'
import { expect, it } from 'vitest'
import { aliceIn, bob, breakLine, resume, welcome } from '../../support/client/fake-client.ts'

const ringing = { call_id: 'c', peer_user_id: 'b', peer_username: 'bob', expires_in_ms: 30_000 }
const accepted = { call_id: 'c', peer_user_id: 'b', peer_username: 'bob', role: 'caller' }
const notified = { call_id: 'c', from_user_id: 'b', from_username: 'bob' }

it('PKG-20 without call_control a call that is cancelled early ends as soon as the server tells its id', async () => {
  const { world, client } = await aliceIn({}, ['resume'])
  const call = client.call(bob)
  call.cancel()
  expect(call.state).toMatchObject({ name: 'ended', reason: 'cancelled' })
  // The next one waits until the first is out of the way.
  const next = client.call(bob)
  expect(world.line.take().map(({ type }) => type)).toEqual(['CALL_REQUEST'])
  world.line.say('RINGING', { ...ringing, seq: 1 })
  expect(world.line.take()).toMatchObject([
    { type: 'HANGUP', payload: { call_id: 'c' } },
    { type: 'CALL_REQUEST', payload: { to_user_id: 'b' } },
  ])
  world.line.say('RINGING', { ...ringing, call_id: 'd', seq: 2 })
  expect(next).toMatchObject({ id: 'd', state: { name: 'ringing-out', expiresAt: world.time + 30_000 } })
})

it('PKG-21 a refusal ends the call with the reason of the server', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  const until = call.until('active')
  const { request_id } = world.line.takeOne('CALL_REQUEST')
  const error = { code: 409, message: 'User is busy', reason: 'callee_busy', in_reply_to: 8 }
  world.line.say('ERROR', { ...error, seq: 1, request_id })
  await expect(until).rejects.toMatchObject({ code: 'closed', reason: 'callee_busy' })
  expect(client.currentCall).toBeUndefined()
})

it('PKG-22 two who call each other get one call, in which the second one is the callee', async () => {
  const { world, client } = await aliceIn()
  const rung: unknown[] = []
  client.on('call', (call) => rung.push(call))
  const call = client.call(bob, { sdp: 'my offer' })
  world.line.say('CALL_NOTIFICATION', { ...notified, sdp: 'the offer of bob', seq: 1 })
  world.line.say('CALL_ACCEPTED', { ...accepted, role: 'callee', seq: 2 })
  expect(call).toMatchObject({
    id: 'c',
    role: 'callee',
    offer: 'the offer of bob',
    state: { name: 'active' },
  })
  expect(rung).toEqual([])
})

it('PKG-22 a ring that was first is told when the own request has come too late', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  const { request_id } = world.line.takeOne('CALL_REQUEST')
  world.line.say('CALL_NOTIFICATION', { ...notified, from_user_id: 'z', from_username: 'zoe', seq: 1 })
  const error = { code: 409, message: 'You are already in a call', reason: 'caller_busy', in_reply_to: 8 }
  world.line.say('ERROR', { ...error, seq: 2, request_id })
  expect(call.state).toMatchObject({ name: 'ended', reason: 'caller_busy' })
  expect(client.currentCall).toMatchObject({
    id: 'c',
    peer: { username: 'zoe' },
    state: { name: 'ringing-in' },
  })
})

it('PKG-23 the time of a call stands still while either side holds it', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  world.line.say('RINGING', { ...ringing, seq: 1 })
  world.line.say('CALL_ACCEPTED', { ...accepted, seq: 2 })
  world.pass(1000)
  call.hold(true)
  world.pass(1000)
  world.line.say('CALL_UPDATE', { call_id: 'c', from_user_id: 'b', on_hold: true, seq: 3 })
  expect(call.state).toMatchObject({ name: 'held', by: 'both' })
  call.hold(false)
  world.pass(1000)
  expect(call.state).toMatchObject({ name: 'held', by: 'peer' })
  world.line.say('CALL_UPDATE', { call_id: 'c', from_user_id: 'b', on_hold: false, seq: 4 })
  world.pass(500)
  expect([call.durationMs(), call.state.name]).toEqual([1500, 'active'])
})

it('PKG-24 a candidate that is refused by rate_limited is sent again in its time, before what comes after it', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  world.line.say('RINGING', { ...ringing, seq: 1 })
  world.line.say('CALL_ACCEPTED', { ...accepted, seq: 2 })
  world.line.take()
  call.signals.send(candidate('1'))
  const { request_id } = world.line.takeOne('ICE_CANDIDATE')
  const error = { code: 429, message: 'slowly', reason: 'rate_limited', in_reply_to: 15, retry_after_ms: 700 }
  world.line.say('ERROR', { ...error, seq: 3, request_id })
  call.signals.send(candidate('2'))
  world.pass(699)
  expect(world.line.take()).toEqual([])
  world.pass(1)
  expect(world.line.take()).toMatchObject([{ payload: { candidate: '1' } }, { payload: { candidate: '2' } }])
})

it('PKG-25 signals wait for the call, and those that arrive for a listener', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  call.signals.send(candidate('1'))
  world.line.say('RINGING', { ...ringing, seq: 1 })
  expect(world.line.take().map(({ type }) => type)).toEqual(['CALL_REQUEST'])
  world.line.say('CALL_ACCEPTED', { ...accepted, sdp: 'an answer', seq: 2 })
  expect(world.line.takeOne('ICE_CANDIDATE')).toMatchObject({ candidate: '1', to_user_id: 'b', call_id: 'c' })
  const heard: Signal[] = []
  call.signals.listen((signal) => heard.push(signal))
  expect(heard).toEqual([{ kind: 'answer', sdp: 'an answer' }])
})

it('PKG-26 a call that the server has forgotten in a restart is lost, and its media may go on', async () => {
  const { world, client } = await aliceIn()
  const lost: unknown[] = []
  client.on('loss', (loss) => lost.push(loss))
  const call = client.call(bob)
  world.line.say('RINGING', { ...ringing, seq: 1 })
  world.line.say('CALL_ACCEPTED', { ...accepted, seq: 2 })
  breakLine(world)
  world.pass(30_000)
  await welcome(world)
  resume(world, { received: 1 })
  expect(call.state).toMatchObject({ name: 'ended', reason: 'lost' })
  expect(lost).toEqual([{ reason: 'shutdown', call, mediaMayRun: true, unsent: 0 }])
})

it('PKG-27 a call that came and went while the client was away is told when it is back', async () => {
  const { world, client } = await aliceIn()
  const told: unknown[] = []
  client.on('missed', (missed) => told.push(missed))
  client.on('call', (call) => told.push(call))
  breakLine(world)
  world.pass(30_000)
  await welcome(world)
  resume(world, { replayed: 2 })
  const hangup = { call_id: 'c', from_user_id: 'b', from_username: 'bob', reason: 'timeout', seq: 1 }
  world.line.say('HANGUP', hangup)
  world.line.say('HANGUP', hangup)
  // Meanwhile somebody is called: that call is another one.
  const call = client.call(bob)
  world.line.say('HANGUP', { ...hangup, call_id: 'd', reason: 'hangup', seq: 2 })
  expect(told).toEqual([
    { id: 'c', from: bob, reason: 'timeout' },
    { id: 'd', from: bob, reason: 'hangup' },
  ])
  expect(call.state.name).toBe('ringing-out')
})

it('PKG-27 a call that has rung here ends when its caller takes it back, and is not told again as missed', async () => {
  const { world, client } = await aliceIn()
  const missed: unknown[] = []
  client.on('missed', (call) => missed.push(call))
  world.line.say('CALL_NOTIFICATION', { ...notified, seq: 1 })
  const call = client.currentCall
  world.line.say('HANGUP', { ...notified, reason: 'hangup', seq: 2 })
  expect(call?.state).toMatchObject({ name: 'ended', reason: 'hangup' })
  expect(client.currentCall).toBeUndefined()
  expect(missed).toEqual([])
})

it('PKG-2 what was not received is sent again after a resumption, once and in order, and what was missed is told once', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  world.line.say('RINGING', { ...ringing, seq: 1 })
  world.line.say('CALL_ACCEPTED', { ...accepted, seq: 2 })
  const heard: Signal[] = []
  call.signals.listen((signal) => heard.push(signal))
  const resumed: unknown[] = []
  call.on('resumed', (event) => resumed.push(event))
  call.signals.send(candidate('1'))
  breakLine(world)
  call.signals.send(candidate('2'))
  world.pass(30_000)
  await welcome(world)
  const side = { on_hold: false, audio_muted: false, video_muted: false }
  const known = { call_id: 'c', phase: 'active', role: 'caller', peer_user_id: 'b', peer_username: 'bob' }
  const now = { peer_state: 'reconnecting', own: side, peer: { ...side, on_hold: true }, duration_ms: 5000 }
  // The CALL_REQUEST and the first candidate have arrived.
  resume(world, { replayed: 1, received: 2, call: { ...known, ...now } })
  expect(world.line.take()).toMatchObject([
    { payload: { candidate: '2' } },
    { type: 'HEARTBEAT', payload: { ack: 2 } },
  ])
  expect(resumed).toEqual([])
  const message = {
    call_id: 'c',
    from_user_id: 'b',
    to_user_id: 'a',
    candidate: '7',
    sdp_mid: '',
    sdp_mline_index: 0,
  }
  world.line.say('ICE_CANDIDATE', { ...message, seq: 3 })
  world.line.say('ICE_CANDIDATE', { ...message, seq: 3 })
  expect(heard).toEqual([{ kind: 'candidate', candidate: '7', sdpMid: null, sdpMLineIndex: 0 }])
  expect(call.state).toMatchObject({ name: 'held', by: 'peer', peerAway: true })
  expect([call.durationMs(), resumed.length]).toEqual([5000, 1])
})

function candidate(text: string): Signal {
  return { kind: 'candidate', candidate: text, sdpMid: '0', sdpMLineIndex: 0 }
}
