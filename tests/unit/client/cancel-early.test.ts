import { expect, it } from 'vitest'
import { aliceIn, bob, breakLine, resume, welcome } from '../../support/client/fake-client.ts'

const ringing = { call_id: 'c', peer_user_id: 'b', peer_username: 'bob', expires_in_ms: 30_000 }
const accepted = { call_id: 'c', peer_user_id: 'b', peer_username: 'bob', role: 'caller' }

const hungUp = { call_id: 'c', reason: 'hangup', duration_ms: 0 }

it('PKG-20 CALL-19 a call that is cancelled early is taken back by its request, and the next one waits for its end', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  const { request_id } = world.line.takeOne('CALL_REQUEST')
  call.cancel()
  expect(call.state).toMatchObject({ name: 'ended', reason: 'cancelled' })
  const next = client.call(bob)
  expect(world.line.take()).toMatchObject([{ type: 'HANGUP', payload: { call_id: '', request_id } }])
  world.line.say('RINGING', { ...ringing, seq: 1 })
  expect(world.line.take()).toEqual([])
  world.line.say('HANGUP', { ...hungUp, seq: 2 })
  expect(world.line.take()).toMatchObject([{ type: 'CALL_REQUEST', payload: { to_user_id: 'b' } }])
  world.line.say('RINGING', { ...ringing, call_id: 'd', seq: 3 })
  expect(next).toMatchObject({ id: 'd', state: { name: 'ringing-out' } })
})

it('PKG-20 CALL-19 whatever comes of the request meanwhile, the call is over once and the next one goes its way', async () => {
  const error = { code: 404, message: 'Call not found', reason: 'call_not_found', in_reply_to: 0x10 }
  const busy = { code: 409, message: 'User is busy', reason: 'callee_busy', in_reply_to: 8 }
  const ways: ((say: (type: string, payload: object) => void, request_id: unknown) => void)[] = [
    // It was accepted in the same moment.
    (say) => {
      say('RINGING', ringing)
      say('CALL_ACCEPTED', accepted)
      say('HANGUP', hungUp)
    },
    // It was declined in the same moment, or refused: there is nothing to take back.
    (say, request_id) => {
      say('RINGING', ringing)
      say('CALL_DECLINED', { ...ringing, reason: 'declined', duration_ms: 0 })
      say('ERROR', { ...error, request_id })
    },
    (say, request_id) => {
      say('ERROR', { ...busy, request_id })
      say('ERROR', { ...error, request_id })
    },
    // The server does not know CALL-19.
    (say, request_id) => {
      say('RINGING', ringing)
      say('ERROR', { ...error, request_id })
    },
  ]
  for (const [index, way] of ways.entries()) {
    const { world, client } = await aliceIn()
    const refusals: unknown[] = []
    client.on('refusal', (refusal) => refusals.push(refusal))
    client.call(bob).cancel()
    const next = client.call(bob)
    const { request_id } = world.line.takeOne('CALL_REQUEST')
    world.line.take()
    let seq = 0
    way((type, payload) => {
      world.line.say(type, { ...payload, seq: ++seq })
    }, request_id)
    const byId = index === 3 ? [{ type: 'HANGUP', payload: { call_id: 'c' } }] : []
    expect(world.line.take(), String(index)).toMatchObject([...byId, { type: 'CALL_REQUEST' }])
    expect(next.state.name, String(index)).toBe('ringing-out')
    expect(refusals).toEqual([])
  }
})

it('PKG-20 PKG-2 a call that is cancelled while there is no connection is taken back after the resumption', async () => {
  const { world, client } = await aliceIn()
  const call = client.call(bob)
  const { request_id } = world.line.takeOne('CALL_REQUEST')
  breakLine(world)
  call.cancel()
  world.pass(5000)
  await welcome(world)
  resume(world, { received: 1 })
  world.line.say('USER_LIST_RESPONSE', { users: [] })
  expect(world.line.takeOne('HANGUP')).toMatchObject({ call_id: '', request_id })
})
