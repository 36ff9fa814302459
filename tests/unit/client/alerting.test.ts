import { expect, it } from 'vitest'
import { aliceIn, bob, breakLine, resume, welcome } from '../../support/client/fake-client.ts'

const ringing = { call_id: 'c', peer_user_id: 'b', peer_username: 'bob', expires_in_ms: 30_000 }
const notified = { call_id: 'c', from_user_id: 'b', from_username: 'bob' }

it('PKG-29 a call that somebody is told of is said to ring, unless it was answered at once', async () => {
  const { world, client } = await aliceIn()
  world.line.say('CALL_NOTIFICATION', { ...notified, call_id: 'nobody listens', seq: 1 })
  world.line.say('HANGUP', { call_id: 'nobody listens', seq: 2 })
  const end = client.on('call', () => undefined)
  world.line.say('CALL_NOTIFICATION', { ...notified, seq: 3 })
  world.line.say('HANGUP', { call_id: 'c', seq: 4 })
  end()
  client.on('call', (call) => {
    call.accept()
  })
  world.line.say('CALL_NOTIFICATION', { ...notified, call_id: 'd', seq: 5 })
  expect(world.line.take()).toMatchObject([
    { type: 'CALL_ALERTING', payload: { call_id: 'c' } },
    { type: 'CALL_RESPONSE', payload: { call_id: 'd' } },
  ])
})

it('PKG-29 it is not said without call_control, and a refusal of it is of no importance', async () => {
  const v1 = await aliceIn({}, [])
  v1.client.on('call', () => undefined)
  v1.world.line.say('CALL_NOTIFICATION', notified)
  expect(v1.world.line.take()).toEqual([])
  const { world, client } = await aliceIn()
  const refusals: unknown[] = []
  client.on('refusal', (error) => refusals.push(error))
  client.on('call', () => undefined)
  world.line.say('CALL_NOTIFICATION', { ...notified, seq: 1 })
  const { request_id } = world.line.takeOne('CALL_ALERTING')
  client.currentCall?.accept()
  world.line.take()
  const error = { code: 404, message: 'No such call', reason: 'call_not_found', in_reply_to: 0x48 }
  world.line.say('ERROR', { ...error, seq: 2, request_id })
  expect(client.currentCall?.state.name).toBe('active')
  expect(refusals).toEqual([])
})

it('PKG-29 a caller is told when it rings, also of a call that was taken back and not of the next one', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  const told: unknown[] = []
  call.on('state', (state) => told.push(state))
  world.line.say('RINGING', { ...ringing, seq: 1 })
  expect(call.alerting).toBe(false)
  world.line.say('RINGING', { ...ringing, expires_in_ms: 20_000, alerting: true, seq: 2 })
  expect(call.alerting).toBe(true)
  expect(told).toMatchObject([{ alerting: false }, { alerting: true, expiresAt: world.time + 20_000 }])
  call.cancel()
  const next = client.call(bob)
  world.line.say('RINGING', { ...ringing, alerting: true, seq: 3 })
  expect(next).toMatchObject({ id: undefined, alerting: false })
  world.line.say('RINGING', { ...ringing, call_id: 'd', seq: 4 })
  expect(next).toMatchObject({ id: 'd', alerting: false })
})

it('PKG-29 what is not known after a resumption is told by the server', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  world.line.say('RINGING', { ...ringing, seq: 1 })
  breakLine(world)
  world.pass(5000)
  await welcome(world)
  const side = { on_hold: false, audio_muted: false, video_muted: false }
  const known = { call_id: 'c', phase: 'ringing', role: 'caller', peer_user_id: 'b', peer_username: 'bob' }
  const sides = { peer_state: 'connected', own: side, peer: side, duration_ms: 0, expires_in_ms: 9000 }
  resume(world, { call: { ...known, ...sides, alerting: true }, received: 1 })
  world.line.say('USER_LIST_RESPONSE', { users: [] })
  expect(call.state).toMatchObject({ name: 'ringing-out', alerting: true })
})
