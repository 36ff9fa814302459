import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { connectClient, type SignalingClient } from '../../../src/sdk/client.ts'
import { ScriptedPeer } from '../../support/wire/scripted-server.ts'
import { frame, T } from '../../support/wire/wire.ts'

const TIMEOUT_MS = 15_000
const bob = { user_id: 'b', username: 'bob', state: 'Available' }
const secret = { username: 'alice', password_hash: 'secret' }

/** A server whose end of the connection the test holds. */
let server: Server
let far: Socket
let client: SignalingClient
let peer: ScriptedPeer

function address(listening: Server): AddressInfo {
  const found = listening.address()
  if (found === null || typeof found === 'string') throw new Error('a TCP server has a port')
  return found
}

async function listen(on: Server): Promise<number> {
  on.listen(0, '127.0.0.1')
  await once(on, 'listening')
  return address(on).port
}

beforeEach(async () => {
  server = createServer()
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  client = await connectClient({ host: '127.0.0.1', port: await listen(server), timeoutMs: TIMEOUT_MS })
  far = await accepted
  peer = new ScriptedPeer(far)
})

afterEach(async () => {
  vi.useRealTimers()
  far.destroy()
  await client.close()
  server.close()
})

describe('SDK requests', () => {
  it('an answer is known by its request_id, whatever arrives before it', async () => {
    const [list] = await Promise.all([
      client.listUsers(),
      peer.request().then(({ requestId }) => {
        far.write(frame(T.USER_LIST_RESPONSE, { users: [], request_id: 'of somebody else' }))
        far.write(frame(T.USER_STATE_UPDATE, bob))
        far.write(frame(T.USER_LIST_RESPONSE, { users: [bob], request_id: requestId }))
      }),
    ])
    expect(list).toEqual({ ok: true, value: [bob] })
    expect(await client.next('USER_STATE_UPDATE')).toEqual({ type: 'USER_STATE_UPDATE', payload: bob })
  })

  it('a page of the user list is asked for in the words of the wire, and says how to go on', async () => {
    const [first, request] = await Promise.all([
      client.listUserPage({ limit: 1, query: 'b', state: 'Available' }),
      peer.answer(T.USER_LIST_RESPONSE, { users: [bob], truncated: true, next_cursor: 'c1' }),
    ])
    expect(first).toEqual({ ok: true, value: { users: [bob], nextCursor: 'c1' } })
    expect(request.payload).toEqual({ limit: 1, query: 'b', state: 'Available' })
    const [last, next] = await Promise.all([
      client.listUserPage({ cursor: 'c1', query: 'b', state: 'Available' }),
      peer.answer(T.USER_LIST_RESPONSE, { users: [] }),
    ])
    expect(last).toEqual({ ok: true, value: { users: [], nextCursor: undefined } })
    expect(next.payload).toEqual({ cursor: 'c1', query: 'b', state: 'Available' })
  })

  it('a refusal in the response itself is a Result with its reason', async () => {
    const no = { success: false, error: 'Username already exists', reason: 'username_taken' }
    const [registered] = await Promise.all([client.register(secret), peer.answer(T.REGISTER_RESPONSE, no)])
    const error = { reason: 'username_taken', message: 'Username already exists' }
    expect(registered).toEqual({ ok: false, error })
  })

  it('so is a refusal by ERROR', async () => {
    const no = { code: 503, message: 'Try again', reason: 'overloaded', in_reply_to: T.LOGIN_REQUEST }
    const [loggedIn] = await Promise.all([client.logIn(secret), peer.answer(T.ERROR, no)])
    expect(loggedIn).toEqual({ ok: false, error: { reason: 'overloaded', message: 'Try again' } })
  })

  it('an answer of another type is not understood', async () => {
    const asked = expect(client.logOut()).rejects.toMatchObject({ code: 'not_understood' })
    await Promise.all([asked, peer.answer(T.HEARTBEAT, { timestamp: 1 })])
  })

  it('what does not come in time is a timeout that says what is missing and what came instead', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    far.write(frame(T.ERROR, { code: 404, message: 'Call not found', reason: 'call_not_found' }))
    far.write(frame(T.USER_STATE_UPDATE, bob))
    await client.next('USER_STATE_UPDATE')
    const late = expect(client.next('CALL_ACCEPTED', 'CALL_DECLINED')).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/^no CALL_ACCEPTED or CALL_DECLINED within .*ERROR call_not_found$/),
    })
    vi.advanceTimersByTime(TIMEOUT_MS)
    await late
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('SDK messages', () => {
  it('are taken in the order in which they came, each once', async () => {
    far.write(frame(T.USER_STATE_UPDATE, bob))
    far.write(frame(T.HANGUP, { call_id: 'c', reason: 'hangup' }))
    far.write(frame(T.USER_STATE_UPDATE, { ...bob, state: 'Busy' }))
    await client.next('HANGUP')
    expect((await client.next('USER_STATE_UPDATE')).payload.state).toBe('Available')
    expect((await client.next('USER_STATE_UPDATE')).payload.state).toBe('Busy')
  })

  it('of a type that is newer than the client are ignored', async () => {
    far.write(frame(0x7f, {}))
    far.write(frame(T.USER_STATE_UPDATE, bob))
    expect((await client.next('USER_STATE_UPDATE')).payload).toEqual(bob)
  })

  it.each([
    ['a message without its fields', frame(T.HANGUP, {}), /HANGUP.*call_id/],
    ['a frame of length 0', Buffer.alloc(4), /length 0/],
  ])('%s ends the connection', async (_, bytes, message) => {
    const waiting = expect(client.next('HANGUP')).rejects.toMatchObject({
      code: 'not_understood',
      message: expect.stringMatching(message),
    })
    const closed = once(far, 'close')
    far.resume()
    far.write(bytes)
    await Promise.all([waiting, closed])
  })
})

describe('SDK end of the connection', () => {
  it('when the server closes, whoever waits is told, with the last word of the server', async () => {
    const waiting = expect(client.next('HANGUP')).rejects.toMatchObject({
      code: 'closed',
      message: 'the server closed the connection: Logged in elsewhere',
    })
    far.end(frame(T.ERROR, { code: 409, message: 'Logged in elsewhere', reason: 'session_replaced' }))
    await waiting
    expect((await client.next('ERROR')).payload.reason).toBe('session_replaced')
    await expect(client.next('ERROR')).rejects.toMatchObject({ code: 'closed' })
    client.send({ type: 'HANGUP', payload: { call_id: 'c' } })
  })

  it('when the client closes, whoever waits is told, and what was sent before arrives', async () => {
    const waiting = expect(client.next('HANGUP')).rejects.toMatchObject({
      code: 'closed',
      message: 'this client was closed',
    })
    client.send({ type: 'HANGUP', payload: { call_id: 'c' } })
    await Promise.all([
      client.close(),
      waiting,
      expect(peer.request()).resolves.toMatchObject({
        message: { type: 'HANGUP', payload: { call_id: 'c' } },
      }),
    ])
    await client.close()
  })

  it('nobody who listens there is unreachable', async () => {
    const nobody = createServer()
    const port = await listen(nobody)
    nobody.close()
    await once(nobody, 'close')
    await expect(connectClient({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(`cannot connect to 127.0.0.1 port ${port}`),
    })
  })

  it('a TLS certificate that nothing vouches for is unreachable', async () => {
    const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 1 })
    const impostor = createTlsServer({ cert, key })
    impostor.on('tlsClientError', () => undefined)
    const port = await listen(impostor)
    await expect(connectClient({ host: '127.0.0.1', port, tls: {} })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('self-signed'),
    })
    impostor.close()
  })

  it('a TLS handshake that gets no answer is a timeout', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { port } = address(server)
    const hello = once(server, 'connection')
    const connecting = expect(
      connectClient({ host: '127.0.0.1', port, tls: {}, timeoutMs: TIMEOUT_MS }),
    ).rejects.toMatchObject({ code: 'timeout' })
    const [silent]: Socket[] = await hello
    vi.advanceTimersByTime(TIMEOUT_MS)
    await connecting
    silent?.destroy()
  })
})
