import { expect, it } from 'vitest'
import {
  alice,
  aliceIn,
  bob,
  breakLine,
  connected,
  letIn,
  resume,
  settled,
  welcome,
} from '../../support/client/fake-client.ts'

it('PKG-4 a lost connection is tried again after a random time that doubles, up to the longest', async () => {
  const { world, client } = await aliceIn({ reconnect: { firstMs: 100, maxMs: 400 } })
  const waits: number[] = []
  for (let i = 0; i < 4; i += 1) {
    breakLine(world)
    const { state } = client
    if (state.name !== 'reconnecting' || state.nextTryAt === undefined) throw new Error(state.name)
    waits.push(state.nextTryAt - world.time)
    world.pass(state.nextTryAt - world.time)
  }
  // Half of 100, 200, 400 and 400: the first try was that of `connect`, and did not last.
  expect(waits).toEqual([100, 200, 200, 200])
})

it('PKG-5 a line that does not answer heartbeats is given up', async () => {
  const { world, client } = await aliceIn()
  world.pass(30_000)
  expect(world.line.takeOne('HEARTBEAT')).toMatchObject({ timestamp: 1 })
  world.pass(10_000)
  expect(client.state.name).toBe('reconnecting')
  expect(world.lines[0]?.over).toBe(true)
})

it('PKG-6 after a sleep a line must answer within seconds, whatever it says of itself', async () => {
  const { world, client } = await aliceIn()
  world.sleep(600_000)
  expect(world.line.take().map(({ type }) => type)).toEqual(['HEARTBEAT'])
  world.pass(3999)
  expect(client.state.name).toBe('online')
  world.pass(1)
  expect(client.state.name).toBe('reconnecting')
})

it('PKG-6 a line that answers after a sleep stays', async () => {
  const { world, client } = await aliceIn()
  world.sleep(600_000)
  world.line.say('HEARTBEAT', { timestamp: world.line.takeOne('HEARTBEAT')['timestamp'] })
  world.pass(4000)
  expect(client.state.name).toBe('online')
})

it('PKG-7 without a network it waits for one, and goes on at once when there is', async () => {
  const { world, client } = await aliceIn()
  world.online = false
  breakLine(world)
  expect(client.state).toEqual({ name: 'offline', since: world.time })
  world.online = true
  world.network('online')
  expect(world.lines.length).toBe(2)
  await welcome(world)
  resume(world)
  expect(client.state.name).toBe('online')
})

it('PKG-8 after GOAWAY shutting_down it comes back after the time that the server wants, and a random part of it', async () => {
  const { world, client } = await aliceIn()
  const heard: unknown[] = []
  client.on('goaway', (goaway) => heard.push(goaway))
  world.line.say('GOAWAY', { reason: 'shutting_down', reconnect_after_ms: 2000 })
  breakLine(world)
  world.pass(2999)
  expect(world.lines.length).toBe(1)
  world.pass(1)
  expect(world.lines.length).toBe(2)
  expect(heard).toEqual([{ reason: 'shutting_down', reconnectAfterMs: 2000 }])
})

it.each(['session_replaced', 'session_resumed', 'account_changed', 'session_ended_by_administrator'])(
  'PKG-9 after %s it says why and does not come back until somebody logs in',
  async (reason) => {
    const { world, client } = await aliceIn()
    world.line.say('ERROR', { code: 409, message: 'gone', reason })
    expect(client.state).toMatchObject({ name: 'signed-out', why: { code: 'refused', reason } })
    expect([client.me, client.users.size]).toEqual([undefined, 0])
    world.pass(1_000_000)
    expect(world.lines.length).toBe(1)
    await expect(client.roundTrip()).rejects.toMatchObject({ reason })

    const login = client.login({ username: 'alice', password: 'secret' })
    await settled()
    await welcome(world)
    await letIn(world)
    expect(await login).toEqual(alice)
    expect(client.state.name).toBe('online')
  },
)

it('PKG-10 a session that cannot be resumed is replaced by a login, and what was lost is told', async () => {
  const { world, client } = await aliceIn()
  const lost: unknown[] = []
  client.on('loss', (loss) => lost.push(loss))
  const call = client.call(bob)
  world.line.say('RINGING', {
    call_id: 'c',
    peer_user_id: 'b',
    peer_username: 'bob',
    expires_in_ms: 30_000,
    seq: 1,
  })
  world.line.say('CALL_ACCEPTED', {
    call_id: 'c',
    peer_user_id: 'b',
    peer_username: 'bob',
    role: 'caller',
    seq: 2,
  })
  breakLine(world)
  call.signals.send({ kind: 'offer', sdp: 'v=0' })
  world.pass(30_000)
  await welcome(world)
  const { request_id, session_token, last_seq } = world.line.takeOne('RESUME')
  expect([session_token, last_seq]).toEqual(['token 1', 2])
  world.line.say('RESUME_REFUSED', { reason: 'unknown', request_id })
  expect(call.state).toMatchObject({ name: 'ended', reason: 'lost' })
  await letIn(world, 'token 9')
  expect(lost).toEqual([{ reason: 'unknown', call, mediaMayRun: true, unsent: 2 }])
  expect(client.state.name).toBe('online')
})

it('PKG-1 RESUME-3 a session that cannot be had at the moment is asked for again, when the server says', async () => {
  const { world, client } = await aliceIn()
  const lost: unknown[] = []
  client.on('loss', (loss) => lost.push(loss))
  breakLine(world)
  world.pass(30_000)
  await welcome(world)
  const { request_id } = world.line.takeOne('RESUME')
  const later = { code: 503, reason: 'storage_unavailable', in_reply_to: 0x22, retry_after_ms: 1000 }
  world.line.say('ERROR', { ...later, message: 'not now', request_id })
  await settled()
  world.pass(30_000)
  await welcome(world)
  resume(world)
  await settled()
  expect(client.state.name).toBe('online')
  expect(lost).toEqual([])
})

it('PKG-11 a token is kept until it has expired, and then asked for anew', async () => {
  const { world, client } = await connected()
  const asked: string[] = []
  const login = client.login({
    token: (why) => {
      asked.push(why)
      return Promise.resolve(`jwt ${asked.length}`)
    },
  })
  await letIn(world, 'token 1')
  await login
  breakLine(world)
  world.pass(30_000)
  await welcome(world)
  world.line.say('RESUME_REFUSED', {
    reason: 'expired',
    request_id: world.line.takeOne('RESUME')['request_id'],
  })
  await settled()
  const { token, request_id } = world.line.takeOne('LOGIN_REQUEST')
  expect(token).toBe('jwt 1')
  world.line.say('LOGIN_RESPONSE', { success: false, error: 'expired', reason: 'expired_token', request_id })
  await settled()
  expect(asked).toEqual(['login', 'expired'])
  await letIn(world)
  expect(client.state.name).toBe('online')
})

it('PKG-12 a server of version 1, which knows no HELLO, is spoken to as far as it goes', async () => {
  const { world, client } = await connected({}, [])
  expect(client.capabilities).toEqual([])
  const login = client.login({ username: 'alice', password: 'secret' })
  await letIn(world, '')
  await login
  breakLine(world)
  world.pass(30_000)
  await welcome(world, [])
  await letIn(world, '')
  expect([client.state.name, client.me]).toEqual(['online', alice])
})

it('PKG-13 what it does not know is passed over: types, fields and words', async () => {
  const { world, client } = await aliceIn()
  world.line.say('FROM_THE_FUTURE', { any: 'thing' })
  world.line.say('USER_STATE_UPDATE', { user_id: 'g', username: 'guest', state: 'Available', mood: 'good' })
  world.line.say('USER_STATE_UPDATE', { user_id: 'h', username: 'other', state: 'Asleep' })
  expect(client.users.named('guest')).toEqual({ id: 'g', username: 'guest', state: 'Available' })
  expect(client.users.get('h')).toBeUndefined()
})

it('PKG-14 a client that was closed leaves no timer, no listener and no connection', async () => {
  const { world, client } = await aliceIn()
  const closing = client.close()
  world.line.say('LOGOUT_RESPONSE', {
    success: true,
    error: null,
    request_id: world.line.takeOne('LOGOUT_REQUEST')['request_id'],
  })
  await settled()
  breakLine(world)
  await closing
  expect([world.timers, world.watchers, world.line.over]).toEqual([0, 0, true])
  await expect(client.roundTrip()).rejects.toMatchObject({ code: 'closed' })
})

it('PKG-15 who has not logged in and is put out for it connects again when there is something to ask', async () => {
  const { world, client } = await connected()
  world.line.say('ERROR', { code: 408, message: 'No login in time; closing', reason: 'login_timeout' })
  breakLine(world)
  world.pass(1_000_000)
  expect([world.lines.length, client.state.name]).toEqual([1, 'online'])
  const login = client.login({ username: 'alice', password: 'secret' })
  await settled()
  await welcome(world)
  await letIn(world)
  expect(await login).toEqual(alice)
})

it('PKG-16 an AbortSignal ends any waiting', async () => {
  const { client } = await connected()
  const asks = new AbortController()
  const { signal } = asks
  const waits = [
    client.login({ username: 'alice', password: 'secret' }, { signal }),
    client.roundTrip({ signal }),
    client.users.search({}, { signal }),
  ]
  asks.abort()
  for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'aborted' })
})

it('PKG-51 a code to register by goes along', async () => {
  const { world, client } = await connected()
  const registering = client.register({ username: 'alice', password: 'secret' }, { invite: 'CODE' })
  await settled()
  const { request_id, invite } = world.line.takeOne('REGISTER_REQUEST')
  expect(invite).toBe('CODE')
  world.line.say('REGISTER_RESPONSE', { success: true, user_id: 'a', username: 'alice', request_id })
  expect(await registering).toEqual({ id: 'a', username: 'alice' })
})
