import { expect, it } from 'vitest'
import { type Device, devicesOf } from 'roomrtc-client/devices'
import { aliceIn, bob, breakLine, resume, settled, welcome } from '../../support/client/fake-client.ts'

const CAPABILITIES = ['resume', 'call_control', 'devices']

const side = { on_hold: false, audio_muted: false, video_muted: false }
const moved = {
  ...{ call_id: 'c', role: 'callee', peer_user_id: 'b', peer_username: 'bob' },
  ...{ own: { ...side, audio_muted: true }, peer: { ...side, on_hold: true } },
  ...{ peer_state: 'reconnecting', duration_ms: 61_000 },
}
const wire = { client: 'page', transport: 'tls', since: 5, connected: true }
const here = { ...wire, session_id: 's1', this: true }
const there = { ...wire, session_id: 's2', this: false, call_id: 'c' }

it('PKG-61 the devices are listed, the oldest first', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const listing = devicesOf(client).list()
  const { request_id } = world.line.takeOne('DEVICES_REQUEST')
  world.line.say('DEVICES', { devices: [there, here], request_id })
  const common = { client: 'page', transport: 'tls', since: 5, connected: true }
  expect(await listing).toEqual([
    { ...common, id: 's2', isThis: false, callId: 'c' },
    { ...common, id: 's1', isThis: true, callId: undefined },
  ] satisfies Device[])
})

it('PKG-61 a server that knows no devices, and one that is not logged in, are not asked', async () => {
  const { world, client } = await aliceIn({}, ['resume'])
  await expect(devicesOf(client).list()).rejects.toMatchObject({ code: 'wrong_state' })
  await expect(devicesOf(client).takeCall('c')).rejects.toMatchObject({ code: 'wrong_state' })
  expect(world.line.take()).toEqual([])
  void client.logout()
  world.line.say('LOGOUT_RESPONSE', { success: true, error: null, request_id: requestIn(world.line.take()) })
  await settled()
  await expect(devicesOf(client).list()).rejects.toMatchObject({ code: 'not_logged_in' })
})

it('PKG-61 a device is logged out; with its own one the session is over', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const devices = devicesOf(client)
  const first = devices.logOut('s2')
  const { request_id, session_id } = world.line.takeOne('DEVICE_LOGOUT')
  expect(session_id).toBe('s2')
  world.line.say('DEVICES', { devices: [here], request_id })
  const [own] = await first
  expect(client.me).toMatchObject({ username: 'alice' })
  const second = devices.logOut(own ?? '')
  world.line.say('DEVICES', { devices: [], request_id: requestIn(world.line.take()) })
  expect(await second).toEqual([])
  expect(client.me).toBeUndefined()
})

it('PKG-62 a call is taken: it is active at once, with its sides, its time and who is away', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const rung: unknown[] = []
  client.on('call', (call) => rung.push(call))
  const taking = devicesOf(client).takeCall('c')
  const { request_id } = world.line.takeOne('CALL_MOVE')
  world.line.say('CALL_MOVED', { ...moved, request_id, seq: 1 })
  const call = await taking
  expect(client.currentCall).toBe(call)
  expect(call).toMatchObject({ id: 'c', role: 'callee', peer: bob, offersFirst: true })
  expect(call.state).toEqual({
    name: 'held',
    by: 'peer',
    own: { onHold: false, audioMuted: true, videoMuted: false },
    peer: { onHold: true, audioMuted: false, videoMuted: false },
    peerAway: true,
  })
  expect(call.durationMs()).toBe(61_000)
  expect(rung).toEqual([])
  call.signals.send({ kind: 'offer', sdp: 'v=0' })
  expect(world.line.take()).toMatchObject([
    { type: 'CALL_UPDATE', payload: { call_id: 'c', audio_muted: true } },
    { type: 'SDP_OFFER', payload: { call_id: 'c', to_user_id: 'b' } },
  ])
})

it('PKG-62 what stands against it rejects, with the reason of the server', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const refusals: unknown[] = []
  client.on('refusal', (error) => refusals.push(error))
  const taking = devicesOf(client).takeCall('c')
  const { request_id } = world.line.takeOne('CALL_MOVE')
  const error = { code: 404, message: 'Call not found', reason: 'call_not_found', in_reply_to: 0x3c }
  world.line.say('ERROR', { ...error, request_id, seq: 1 })
  await expect(taking).rejects.toMatchObject({ code: 'refused', reason: 'call_not_found' })
  expect(refusals).toEqual([])
})

it('PKG-62 a call that comes when nobody waits for it any more is hung up', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const waiting = new AbortController()
  const taking = devicesOf(client).takeCall('c', { signal: waiting.signal })
  const { request_id } = world.line.takeOne('CALL_MOVE')
  waiting.abort()
  await expect(taking).rejects.toMatchObject({ code: 'aborted' })
  world.line.say('CALL_MOVED', { ...moved, own: side, request_id, seq: 1 })
  expect(world.line.take()).toMatchObject([{ type: 'HANGUP', payload: { call_id: 'c' } }])
  expect(client.currentCall).toBeUndefined()
})

it('PKG-62 PKG-3 a question that went down with the connection is sent again, and the answer counts', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const taking = devicesOf(client).takeCall('c')
  const { request_id } = world.line.takeOne('CALL_MOVE')
  breakLine(world)
  world.pass(2000)
  await welcome(world, CAPABILITIES)
  resume(world, { received: 0 })
  world.line.say('USER_LIST_RESPONSE', { users: [] })
  expect(world.line.takeOne('CALL_MOVE')).toMatchObject({ request_id })
  world.line.say('CALL_MOVED', { ...moved, request_id, seq: 1 })
  expect(await taking).toMatchObject({ id: 'c' })
})

it('PKG-63 a call that another device has taken, or answered, ends with that reason and is not missed', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const missed: unknown[] = []
  client.on('missed', (call) => missed.push(call))
  const notified = { call_id: 'c', from_user_id: 'b', from_username: 'bob' }
  for (const [at, reason] of ['answered_elsewhere', 'declined_elsewhere'].entries()) {
    world.line.say('CALL_NOTIFICATION', { ...notified, seq: 2 * at + 1 })
    const call = client.currentCall
    world.line.say('HANGUP', { call_id: 'c', reason, duration_ms: 0, seq: 2 * at + 2 })
    expect(call?.state).toMatchObject({ name: 'ended', reason })
  }
  const taking = devicesOf(client).takeCall('c')
  world.line.say('CALL_MOVED', { ...moved, request_id: requestIn(world.line.take()), seq: 5 })
  const call = await taking
  world.line.say('HANGUP', { call_id: 'c', reason: 'moved', duration_ms: 62_000, seq: 6 })
  expect(call.state).toEqual({ name: 'ended', reason: 'moved', durationMs: 62_000 })
  expect(missed).toEqual([])
})

it('PKG-63 the other party is told that the call goes on with another device', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const call = client.call(bob)
  const accepted = { call_id: 'c', peer_user_id: 'b', peer_username: 'bob', role: 'caller' }
  world.line.say('CALL_ACCEPTED', { ...accepted, seq: 1 })
  const told: unknown[] = []
  call.on('moved', () => told.push('moved'))
  world.line.say('PEER_STATE', { call_id: 'c', state: 'reconnecting', seq: 2 })
  world.line.say('PEER_STATE', { call_id: 'c', state: 'moved', seq: 3 })
  expect(told).toEqual(['moved'])
  expect(call.state).toMatchObject({ name: 'active', peerAway: false })
})

type Sent = readonly { readonly type: string; readonly payload: object }[]

function requestIn(sent: Sent): unknown {
  const payload = sent.find(({ type }) =>
    ['LOGOUT_REQUEST', 'DEVICE_LOGOUT', 'CALL_MOVE'].includes(type),
  )?.payload
  return payload !== undefined && 'request_id' in payload ? payload.request_id : undefined
}
