import type { Signal } from 'roomrtc-client'
import { expect, it } from 'vitest'
import { aliceIn, bob, breakLine, letIn, resume, settled, welcome } from '../../support/client/fake-client.ts'
import type { FakeWorld } from '../../support/client/fake-world.ts'

const about = { call_id: 'c', peer_user_id: 'b', peer_username: 'bob' }

function candidate(n: number): Signal {
  return { kind: 'candidate', candidate: String(n), sdpMid: '0', sdpMLineIndex: 0 }
}

/** The numbers of the candidates that were sent since the last look. */
function sent(world: FakeWorld): readonly number[] {
  return world.line.take().flatMap(({ type, payload }) => {
    return type === 'ICE_CANDIDATE' ? [Number(Reflect.get(payload, 'candidate'))] : []
  })
}

async function aliceInCall() {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  world.line.say('RINGING', { ...about, expires_in_ms: 30_000, seq: 1 })
  world.line.say('CALL_ACCEPTED', { ...about, role: 'caller', seq: 2 })
  world.line.take()
  return { world, client, call }
}

const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

it('PKG-17 200 requests wait for a connection, and one more is refused at once', async () => {
  const { world, client } = await aliceIn()
  breakLine(world)
  const asked = upTo(1, 200).map(() => client.users.search({}).catch((error: unknown) => error))
  await expect(client.users.search({})).rejects.toMatchObject({ code: 'wrong_state' })
  await client.close()
  expect(await Promise.all(asked)).toEqual(asked.map(() => expect.objectContaining({ code: 'closed' })))
})

it('PKG-17 of the signals that wait for a call the last 1,000 are sent', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  for (const n of upTo(1, 1005)) call.signals.send(candidate(n))
  world.line.say('RINGING', { ...about, expires_in_ms: 30_000, seq: 1 })
  world.line.say('CALL_ACCEPTED', { ...about, role: 'caller', seq: 2 })
  expect(sent(world)).toEqual(upTo(6, 1005))
})

it('PKG-17 of the signals that wait for a listener the last 1,000 are told', async () => {
  const { world, call } = await aliceInCall()
  for (const n of upTo(1, 1005)) {
    const way = { call_id: 'c', from_user_id: 'b', to_user_id: 'a' }
    world.line.say('ICE_CANDIDATE', {
      ...way,
      candidate: String(n),
      sdp_mid: '0',
      sdp_mline_index: 0,
      seq: 2 + n,
    })
  }
  const heard: Signal[] = []
  call.signals.listen((signal) => heard.push(signal))
  expect(heard).toEqual(upTo(6, 1005).map(candidate))
})

it('PKG-17 of the signals that wait for the time after rate_limited the last 1,000 are sent, behind the one refused', async () => {
  const { world, call } = await aliceInCall()
  call.signals.send(candidate(0))
  const { request_id } = world.line.takeOne('ICE_CANDIDATE')
  const error = { code: 429, message: 'slowly', reason: 'rate_limited', in_reply_to: 15, retry_after_ms: 700 }
  world.line.say('ERROR', { ...error, seq: 3, request_id })
  for (const n of upTo(1, 1005)) call.signals.send(candidate(n))
  world.pass(700)
  expect(sent(world)).toEqual([0, ...upTo(6, 1005)])
})

it('PKG-17 1,000 messages that wait for a lost connection arrive', async () => {
  const { world, call } = await aliceInCall()
  breakLine(world)
  for (const n of upTo(1, 1000)) call.signals.send(candidate(n))
  world.pass(30_000)
  await welcome(world)
  resume(world, { received: 1, call: { ...ongoing, duration_ms: 1000 } })
  expect(sent(world)).toEqual(upTo(1, 1000))
  expect(call.state.name).toBe('active')
})

it('PKG-17 with one more the session cannot go on: it is another one, and the loss says so', async () => {
  const { world, client, call } = await aliceInCall()
  const lost: unknown[] = []
  client.on('loss', (loss) => lost.push(loss))
  breakLine(world)
  for (const n of upTo(1, 1001)) call.signals.send(candidate(n))
  world.pass(30_000)
  await welcome(world)
  resume(world, { received: 1, call: { ...ongoing, duration_ms: 1000 } })
  const { request_id } = world.line.takeOne('LOGOUT_REQUEST')
  world.line.say('LOGOUT_RESPONSE', { success: true, error: null, request_id })
  await settled()
  await letIn(world, 'token 9')
  expect(lost).toEqual([{ reason: 'overflow', call, mediaMayRun: false, unsent: 1000 }])
  expect([call.state, client.state.name]).toMatchObject([{ name: 'ended', reason: 'lost' }, 'online'])
})

const side = { on_hold: false, audio_muted: false, video_muted: false }
const ongoing = {
  ...{ ...about, phase: 'active', role: 'caller', peer_state: 'connected' },
  ...{ own: side, peer: side },
}
