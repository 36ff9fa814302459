import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { connectRaw, logIn, RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { frame, T } from '../../support/wire/wire.ts'

let daemon: Daemon
const clients: RawClient[] = []

async function client(): Promise<RawClient> {
  const connected = await connectRaw(daemon.port)
  clients.push(connected)
  return connected
}

beforeEach(async () => {
  daemon = await startTestDaemon({
    server: { max_connections: 5 },
    security: { enable_rate_limiting: false },
    limits: {
      max_outbound_bytes: 65_536,
      login_timeout_ms: 60_000,
      linger_timeout_ms: 60_000,
    },
  })
})

afterEach(async () => {
  await Promise.all(clients.splice(0).map((one) => one.close()))
  await daemon.stop()
})

describe('a TCP connection', () => {
  test('WIRE-2 REQ-1 many requests in one segment are answered in order, slow ones too', async () => {
    const alice = await client()
    const credentials = { username: 'alice', password_hash: 'pw' }
    alice.sendBytes(
      Buffer.concat([
        frame(T.REGISTER_REQUEST, { ...credentials, request_id: '1' }),
        frame(T.LOGIN_REQUEST, { ...credentials, request_id: '2' }),
        frame(T.USER_LIST_REQUEST, { request_id: '3' }),
        frame(0x7f, { request_id: '4' }),
        frame(T.REGISTER_REQUEST, { ...credentials, request_id: '5' }),
        frame(T.LOGOUT_REQUEST, { request_id: '6' }),
      ]),
    )
    const answers = await alice.drain()
    expect(answers.map(({ type, payload }) => [type, payload['request_id']])).toEqual([
      [T.REGISTER_RESPONSE, '1'],
      [T.LOGIN_RESPONSE, '2'],
      [T.USER_LIST_RESPONSE, '3'],
      [T.ERROR, '4'],
      [T.REGISTER_RESPONSE, '5'],
      [T.LOGOUT_RESPONSE, '6'],
    ])
  })

  test('WIRE-3 after frame length 0 the ERROR arrives although the client goes on sending', async () => {
    const alice = await client()
    alice.sendBytes(Buffer.concat([Buffer.alloc(4), Buffer.alloc(200_000, 0x41)]))
    alice.sendBytes(Buffer.alloc(200_000, 0x41))
    expect(await alice.next(T.ERROR)).toMatchObject({ payload: { code: 400, reason: 'empty_frame' } })
    alice.socket.end()
    expect(await alice.untilClosed()).toEqual([])
  })

  test('WIRE-4 a declared length over the limit is answered on the four header bytes', async () => {
    const alice = await client()
    alice.sendBytes(Buffer.from([0x00, 0x10, 0x00, 0x01]))
    expect(await alice.next(T.ERROR)).toMatchObject({ payload: { code: 413, reason: 'frame_too_large' } })
    alice.socket.end()
    await alice.untilClosed()
  })

  test('WIRE-10 who closes its sending side still gets its answers, and is then gone', async () => {
    const watcher = await client()
    await logIn(watcher, 'watcher')
    const alice = await client()
    const credentials = { username: 'alice', password_hash: 'pw' }
    alice.socket.end(
      Buffer.concat([
        frame(T.REGISTER_REQUEST, credentials),
        frame(T.LOGIN_REQUEST, credentials),
        frame(T.USER_LIST_REQUEST, {}),
      ]),
    )
    const answers = await alice.untilClosed()
    expect(answers.map(({ type }) => type)).toEqual([
      T.REGISTER_RESPONSE,
      T.LOGIN_RESPONSE,
      T.USER_LIST_RESPONSE,
    ])
    const states = [await watcher.next(T.USER_STATE_UPDATE), await watcher.next(T.USER_STATE_UPDATE)]
    expect(states.map(({ payload }) => payload['state'])).toEqual(['Available', 'Disconnected'])
  })

  test('WIRE-10 SESS-4 a login whose client has left is answered, and does not end the session that is there', async () => {
    const alice = await client()
    await logIn(alice, 'alice')
    const late = await client()
    late.socket.end(frame(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' }))
    expect(await late.untilClosed()).toMatchObject([{ type: T.LOGIN_RESPONSE, payload: { success: true } }])
    expect(await alice.drain()).toEqual([])
  })

  test('TIME-2 a frame that is begun and not completed ends the connection with a word', async () => {
    await daemon.stop()
    daemon = await startTestDaemon({ limits: { frame_timeout_ms: 1 } })
    const alice = await client()
    alice.sendBytes(frame(T.HEARTBEAT, { timestamp: 1 }).subarray(0, 9))
    expect(await alice.next(T.ERROR)).toMatchObject({ payload: { code: 408, reason: 'frame_timeout' } })
  })

  test('CALL-8 a connection that is reset in a call: the other party is told', async () => {
    const [alice, bob] = [await client(), await client()]
    await setUpCall(alice, bob)
    alice.socket.resetAndDestroy()
    expect(await bob.next(T.HANGUP)).toMatchObject({ payload: { reason: 'peer_disconnected' } })
  })

  unlessSplit('limits')(
    'BOUND-1 one connection too many is told so; those inside go on; a place that is left is free',
    async () => {
      const inside = await Promise.all(Array.from({ length: 5 }, client))
      for (const one of inside) await one.drain()
      const late = await client()
      expect(await late.next(T.ERROR)).toMatchObject({ payload: { code: 503, reason: 'server_full' } })
      late.socket.end()
      await late.untilClosed()
      for (const one of inside) await one.drain()
      inside[0]?.socket.end()
      await inside[0]?.untilClosed()
      await (await client()).drain()
    },
  )

  unlessSplit('limits')(
    'BOUND-1 who was told that the server is full takes no place, however long it lingers',
    async () => {
      await daemon.stop()
      daemon = await startTestDaemon({
        server: { max_connections: 1 },
        limits: { linger_timeout_ms: 600_000 },
      })
      const inside = await client()
      await inside.drain()
      const refused = new RawClient(connect({ port: daemon.port, host: '127.0.0.1', allowHalfOpen: true }))
      clients.push(refused)
      expect(await refused.next(T.ERROR)).toMatchObject({ payload: { reason: 'server_full' } })
      inside.socket.end()
      await inside.untilClosed()
      await (await client()).drain()
    },
  )

  test('BOUND-2 a client that never reads is cut, and is Disconnected to the others', async () => {
    const [alice, bob, watcher] = [await client(), await client(), await client()]
    await logIn(watcher, 'watcher')
    const { calleeId, call_id } = await setUpCall(alice, bob)

    bob.socket.pause()
    const sdp = 'x'.repeat(900_000)
    const told = alice.next(T.HANGUP)
    const offers = new AbortController()
    void told.then(() => {
      offers.abort()
    })
    for (let sent = 0; !offers.signal.aborted && sent < 300; sent++) {
      alice.send(T.SDP_OFFER, { call_id, to_user_id: calleeId, sdp })
      await Promise.race([told, drained(alice)])
    }
    await told
    const states = (await watcher.drain()).filter(({ payload: { user_id } }) => user_id === calleeId)
    expect(states.at(-1)?.payload).toMatchObject({ state: 'Disconnected' })
  })

  test.skipIf(process.platform !== 'linux')(
    'BEAT-3 the kernel probes whether a silent peer is still there',
    async () => {
      const alice = await client()
      await alice.drain()
      // Columns of /proc/net/tcp: 1 and 2 the addresses, 5 the timer that runs: 02 is keepalive.
      const rows = readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .map((row) => row.trim().split(/\s+/))
      const ends = [alice.socket.remotePort, alice.socket.localPort].map((port) =>
        Number(port).toString(16).toUpperCase().padStart(4, '0'),
      )
      const row = rows.find((columns) => ends.every((end, i) => columns[i + 1]?.endsWith(`:${end}`)))
      expect(row?.[5]).toMatch(/^02:/)
    },
  )

  test('BOUND-3 WIRE-2 thousands of requests in one write are all answered, to whoever reads', async () => {
    const alice = await client()
    await logIn(alice, 'alice')
    alice.sendBytes(Buffer.concat(Array.from({ length: 5_000 }, () => frame(T.USER_LIST_REQUEST, ''))))
    expect(await alice.drain()).toHaveLength(5_000)
  })

  test('BOUND-3 a client that does not read its answers waits for itself alone, and gets them when it reads', async () => {
    const [alice, bob] = [await client(), await client()]
    alice.socket.pause()
    const requests = Array.from({ length: 50_000 }, (_, i) => frame(T.HEARTBEAT, { timestamp: -1 - i }))
    alice.sendBytes(Buffer.concat(requests))
    await logIn(bob, 'bob')
    alice.socket.resume()
    const answers = await alice.drain()
    expect(answers.map(({ payload }) => payload['timestamp'])).toEqual(requests.map((_, i) => -1 - i))
  })

  test('WIRE-10 a connection that says nothing at all and leaves harms nobody', async () => {
    const socket = connect({ port: daemon.port, host: '127.0.0.1' })
    await once(socket, 'connect')
    socket.destroy()
    const alice = await client()
    await logIn(alice, 'alice')
  })
})

async function drained({ socket }: RawClient): Promise<void> {
  if (socket.writableNeedDrain) await once(socket, 'drain')
}
