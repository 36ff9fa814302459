import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClientMessage } from '../../../src/protocol/message-table.ts'
import { connectClient, type SignalingClient } from '../../../src/sdk/client.ts'
import {
  type ScriptedPeer,
  type ScriptedServer,
  startScriptedServer,
} from '../../support/wire/scripted-server.ts'
import { frame, T } from '../../support/wire/wire.ts'

const TIMEOUT_MS = 15_000
const HEARTBEAT_MS = 30_000
const secret = { username: 'alice', password_hash: 'secret' }

const welcome = {
  protocol: 1,
  server: 'scripted',
  capabilities: ['resume', 'call_control'],
  limits: {
    max_frame_bytes: 1_048_576,
    max_frame_bytes_before_login: 1_048_576,
    max_relayed_payload_bytes: 1_048_320,
    max_call_payload_bytes: 65_536,
    max_metadata_bytes: 2048,
    login_timeout_ms: 10_000,
    frame_timeout_ms: 30_000,
    heartbeat_interval_ms: HEARTBEAT_MS,
    session_timeout_ms: 60_000,
    ring_timeout_ms: 30_000,
    resume_window_ms: 60_000,
    // A heartbeat after every three messages of calls.
    max_outbox_frames: 48,
    max_outbox_bytes: 1_048_576,
    max_failed_resumes_per_minute: 60,
  },
}
const loggedIn = {
  success: true,
  user_id: 'a',
  username: 'alice',
  session_token: 'token 1',
  resume_window_ms: 60_000,
}
const resumed = {
  user_id: 'a',
  username: 'alice',
  session_token: 'token 2',
  resume_window_ms: 60_000,
  replayed: 0,
  received: 0,
  call: null,
}

/** A server whose every word is the test's, so that what is lost is exact. */
let server: ScriptedServer
let client: SignalingClient
let peer: ScriptedPeer

beforeEach(async () => {
  server = await startScriptedServer()
  client = await connectClient({ host: '127.0.0.1', port: server.port, timeoutMs: TIMEOUT_MS })
  peer = await server.accept()
})

afterEach(async () => {
  vi.useRealTimers()
  client.cut()
  await client.close()
  await server.close()
})

/** HELLO and login; `rest` comes in one piece with the answer to the login. */
async function enter(...rest: readonly Buffer[]): Promise<void> {
  await Promise.all([client.hello(['resume', 'call_control']), peer.answer(T.WELCOME, welcome)])
  await Promise.all([client.logIn(secret), peer.answer(T.LOGIN_RESPONSE, loggedIn, ...rest)])
}

/** Takes the next connection and answers its RESUME; `rest` comes in one piece with that. Gives what it asked. */
async function reenter(payload: object, ...rest: readonly Buffer[]): Promise<ClientMessage> {
  peer = await server.accept()
  expect(await peer.answer(T.WELCOME, welcome)).toMatchObject({
    payload: { capabilities: ['resume', 'call_control'] },
  })
  return peer.answer(T.RESUMED, { ...resumed, ...payload }, ...rest)
}

const resume = (session_token: string, last_seq: number) => ({
  type: 'RESUME',
  payload: { session_token, last_seq },
})

function hold(callId: string): void {
  client.send({ type: 'CALL_UPDATE', payload: { call_id: callId, on_hold: true } })
}

function update(seq: number): Buffer {
  return frame(T.CALL_UPDATE, { call_id: `c${seq}`, from_user_id: 'b', on_hold: true, seq })
}

/** The calls of the next messages that arrive at the server. */
async function arrivals(count: number): Promise<string[]> {
  const calls: string[] = []
  while (calls.length < count) calls.push((await peer.expect('CALL_UPDATE')).payload.call_id)
  return calls
}

describe('SDK resumption', () => {
  it('RESUME-4 sends again, in order and before all that is newer, what was not received', async () => {
    await enter()
    hold('1')
    hold('2')
    expect(await arrivals(2)).toEqual(['1', '2'])
    client.cut()
    hold('3')
    const resuming = client.resume()
    hold('4')
    const [outcome] = await Promise.all([resuming, reenter({ received: 1 })])
    expect(outcome).toEqual({ ok: true, value: { call: null, replayed: 0 } })
    hold('5')
    expect(await arrivals(4)).toEqual(['2', '3', '4', '5'])
  })

  it('RESUME-2 RESUME-1 tells the highest seq it has, drops what it knows, and gives each message once', async () => {
    await enter(update(1))
    peer.socket.write(update(2))
    const second = client.next('CALL_UPDATE').then(() => client.next('CALL_UPDATE'))
    expect((await second).payload.call_id).toBe('c2')
    const third = client.next('CALL_UPDATE')
    client.cut()
    const [, asked] = await Promise.all([
      client.resume(),
      reenter({ replayed: 2 }, update(2), update(3), frame(T.USER_LIST_RESPONSE, { users: [] }), update(4)),
    ])
    expect(asked).toEqual(resume('token 1', 2))
    expect((await third).payload.call_id).toBe('c3')
    expect((await client.next('CALL_UPDATE')).payload.call_id).toBe('c4')
    expect((await client.next('USER_LIST_RESPONSE')).payload.users).toEqual([])
  })

  it('RESUME-10 uses the newest token, and the old one again if the answer to it was lost', async () => {
    await enter()
    client.cut()
    const torn = expect(client.resume()).rejects.toMatchObject({ code: 'closed' })
    peer = await server.accept()
    await peer.answer(T.WELCOME, welcome)
    expect(await peer.expect('RESUME')).toEqual(resume('token 1', 0))
    peer.socket.destroy()
    await torn

    const [, again] = await Promise.all([client.resume(), reenter({})])
    expect(again).toEqual(resume('token 1', 0))
    peer.socket.destroy()
    await client.lost
    const [, last] = await Promise.all([client.resume(), reenter({})])
    expect(last).toEqual(resume('token 2', 0))
  })

  it('RESUME-4 counts from the login, also what was sent before it was answered', async () => {
    await Promise.all([client.hello(['resume', 'call_control']), peer.answer(T.WELCOME, welcome)])
    hold('too early')
    const login = client.logIn(secret)
    hold('1')
    hold('2')
    await peer.expect('CALL_UPDATE')
    await Promise.all([login, peer.answer(T.LOGIN_RESPONSE, loggedIn)])
    client.cut()
    await Promise.all([client.resume(), reenter({ received: 1 })])
    expect(await arrivals(1)).toEqual(['2'])
  })

  it('shares one try between those who ask at once', async () => {
    await enter()
    client.cut()
    const [first, second] = await Promise.all([client.resume(), client.resume(), reenter({})])
    expect(first).toBe(second)
  })

  it('RESUME-3 a refusal closes the client, tells its reason and ends all waiting', async () => {
    await enter()
    const waiting = expect(client.next('HANGUP')).rejects.toMatchObject({ code: 'closed' })
    client.cut()
    const outcome = client.resume()
    peer = await server.accept()
    await peer.answer(T.WELCOME, welcome)
    await peer.answer(T.RESUME_REFUSED, { reason: 'expired' })
    expect(await outcome).toMatchObject({ ok: false, error: { reason: 'expired' } })
    await waiting
    expect(await client.resume()).toMatchObject({ ok: false, error: { reason: 'unknown' } })
  })

  it('RESUME-3 an ERROR in answer leaves another try open', async () => {
    await enter()
    client.cut()
    const error = { code: 500, message: 'Oh', reason: 'internal', in_reply_to: T.RESUME }
    const outcome = client.resume()
    peer = await server.accept()
    await peer.answer(T.WELCOME, welcome)
    await peer.answer(T.ERROR, error)
    expect(await outcome).toEqual({ ok: false, error: { reason: 'internal', message: 'Oh' } })
    await Promise.all([client.resume(), reenter({})])
  })

  it('keeps a bounded number of messages, and resumes no session of which some are missing', async () => {
    await enter()
    client.cut()
    for (let i = 0; i <= 1000; i += 1) hold(String(i))
    const [outcome] = await Promise.all([client.resume(), reenter({ received: 0 })])
    expect(outcome).toMatchObject({ ok: false, error: { reason: 'overflow' } })
    await expect(client.next('HANGUP')).rejects.toMatchObject({ code: 'closed' })
  })

  it.each(['session_replaced', 'session_resumed'])('SESS-1 RESUME-9 is over after %s', async (reason) => {
    await enter()
    const waiting = expect(client.next('HANGUP')).rejects.toMatchObject({ code: 'closed' })
    peer.socket.end(frame(T.ERROR, { code: 409, message: 'Elsewhere', reason }))
    await waiting
    expect(await client.resume()).toMatchObject({ ok: false, error: { reason: 'unknown' } })
  })

  it('AUTH-7 a connection that is lost after the logout is the end', async () => {
    await enter()
    await Promise.all([client.logOut(), peer.answer(T.LOGOUT_RESPONSE, { success: true, error: null })])
    const waiting = expect(client.next('HANGUP')).rejects.toMatchObject({ code: 'closed' })
    client.cut()
    await waiting
    expect(await client.lost).toMatchObject({ code: 'closed' })
  })

  it('ACCOUNT-4 a connection that is lost after the account was deleted is the end', async () => {
    await enter()
    const [deleted, request] = await Promise.all([
      client.deleteAccount('secret'),
      peer.answer(T.ACCOUNT_DELETED, {}),
    ])
    expect(deleted).toEqual({ ok: true, value: undefined })
    expect(request.payload).toEqual({ password_hash: 'secret' })
    client.cut()
    expect(await client.resume()).toMatchObject({ ok: false, error: { reason: 'unknown' } })
  })

  it('what was asked on a connection that is lost is not answered on another', async () => {
    await enter()
    const asked = expect(client.listUsers()).rejects.toMatchObject({ code: 'closed' })
    client.cut()
    await asked
    await expect(client.listUsers()).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('SDK heartbeat', () => {
  it('RESUME-1 goes out after so many messages either way, acknowledges, and lets go of what has arrived', async () => {
    await enter()
    peer.socket.write(Buffer.concat([update(1), update(2)]))
    await client.next('CALL_UPDATE')
    await client.next('CALL_UPDATE')
    hold('1')
    await arrivals(1)
    const { message, requestId } = await peer.request()
    expect(message).toMatchObject({ type: 'HEARTBEAT', payload: { ack: 2 } })
    peer.push(T.HEARTBEAT, { timestamp: 1, request_id: requestId })
    peer.socket.write(update(3))
    await client.next('CALL_UPDATE')

    // A server that contradicts itself finds out that the message is not kept any more.
    client.cut()
    const [outcome] = await Promise.all([client.resume(), reenter({ received: 0 })])
    expect(outcome).toMatchObject({ ok: false, error: { reason: 'overflow' } })
  })

  it('BEAT-2 goes out from time to time; without an answer the connection counts as lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    await enter()
    vi.advanceTimersByTime(HEARTBEAT_MS)
    const bob = { user_id: 'b', username: 'bob', state: 'Available' }
    await peer.answer(T.HEARTBEAT, { timestamp: 1 }, frame(T.USER_STATE_UPDATE, bob))
    // What came behind the answer is here, so the answer is.
    await client.next('USER_STATE_UPDATE')
    let isLost = false
    void client.lost.then(() => (isLost = true))
    vi.advanceTimersByTime(HEARTBEAT_MS)
    expect(await peer.expect('HEARTBEAT')).toMatchObject({ payload: { ack: 0 } })
    expect(isLost).toBe(false)
    vi.advanceTimersByTime(TIMEOUT_MS)
    expect(await client.lost).toMatchObject({ code: 'timeout' })
    expect(vi.getTimerCount()).toBe(0)
  })
})
