import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeSelfSigned } from '../../../scripts/support/write-self-signed.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { makeIssued } from '../../support/certificates.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { connectRaw, logIn, RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { tapRecords } from '../../support/wire/tls-records.ts'
import { frame, type Received, T } from '../../support/wire/wire.ts'

let directory: string
const ends = endsAfterEach()

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roomrtc-tls-'))
  ends.push(() => rm(directory, { recursive: true }))
})

const pem = (commonName: string) => writeSelfSigned(directory, commonName)

async function tlsDaemon(server: object = {}, limits: object = {}): Promise<Daemon> {
  const daemon = await startTestDaemon({
    server: { enable_tls: true, ...server },
    security: { enable_rate_limiting: false },
    limits,
  })
  ends.push(() => daemon.stop())
  return daemon
}

async function client(port: number, maxVersion: 'TLSv1.2' | 'TLSv1.3' = 'TLSv1.2'): Promise<RawClient> {
  const connected = await connectRaw(port, { maxVersion })
  ends.push(() => connected.close())
  return connected
}

function tls({ socket }: RawClient): TLSSocket {
  if (!(socket instanceof TLSSocket)) throw new Error('no TLS')
  return socket
}

/** Two users in an active call. */
async function call({ port }: Daemon) {
  const [alice, bob] = [await client(port), await client(port)]
  return { alice, bob, ...(await setUpCall(alice, bob)) }
}

describe('over TLS', () => {
  test('TLS-REC frames of one tick leave in a record each, and so do those that had to wait', async () => {
    const daemon = await tlsDaemon(await pem('localhost'))
    const tap = await tapRecords(daemon.port)
    ends.push(() => tap.close())
    const alice = await client(tap.port)
    const bob = await client(daemon.port)
    let frames = 2
    const aliceId = await logIn(alice, 'alice')
    const bobId = await logIn(bob, 'bob')

    alice.send(T.CALL_REQUEST, { to_user_id: aliceId })
    frames += (await alice.drain()).length + 1
    expect(tap.count()).toBe(frames)

    bob.send(T.CALL_REQUEST, { to_user_id: aliceId })
    const { payload } = await alice.next(T.CALL_NOTIFICATION)
    alice.send(T.CALL_RESPONSE, { call_id: payload['call_id'], accepted: true })
    frames += (await alice.drain()).length + 2

    alice.socket.pause()
    const candidate = {
      call_id: payload['call_id'],
      from_user_id: bobId,
      to_user_id: aliceId,
      candidate: 'c'.repeat(100),
      sdp_mid: '0',
      sdp_mline_index: 0,
    }
    for (let i = 0; i < 300; i++) bob.send(T.ICE_CANDIDATE, candidate)
    await bob.drain()
    alice.socket.resume()
    for (let i = 0; i < 300; i++) await alice.next(T.ICE_CANDIDATE)
    const others = await alice.drain()
    expect(tap.count()).toBe(frames + 300 + others.length + 1)
  })

  test('HELLO-4 TLS-REC after HELLO frames that had to wait share records, and arrive whole and in order', async () => {
    const daemon = await tlsDaemon(await pem('localhost'))
    const tap = await tapRecords(daemon.port)
    ends.push(() => tap.close())
    const [alice, bob] = [await client(tap.port), await client(daemon.port)]
    alice.send(T.HELLO, { protocol: 1, client: 'test', capabilities: [] })
    await alice.next(T.WELCOME)
    const { callerId, call_id } = await setUpCall(alice, bob)
    await alice.drain()
    const before = tap.count()

    const FRAMES = 300
    for (let i = 0; i < FRAMES; i++) {
      const candidate = `candidate ${i} ${'c'.repeat(i === 150 ? 100_000 : 100)}`
      bob.send(T.ICE_CANDIDATE, {
        call_id,
        to_user_id: callerId,
        candidate,
        sdp_mid: '0',
        sdp_mline_index: 0,
      })
    }
    const relayed: Received[] = []
    while (relayed.length < FRAMES) relayed.push(await alice.next(T.ICE_CANDIDATE))
    const numbers = relayed.map(({ payload }) => Number(String(payload['candidate']).split(' ')[1]))
    expect(numbers).toEqual(Array.from({ length: FRAMES }, (_, i) => i))
    expect(tap.count() - before).toBeLessThan(FRAMES / 2)
  })

  test('TLS-REC a frame larger than a record arrives whole', async () => {
    const daemon = await tlsDaemon(await pem('localhost'))
    const [alice, bob] = [await client(daemon.port, 'TLSv1.3'), await client(daemon.port, 'TLSv1.3')]
    const { calleeId, call_id } = await setUpCall(alice, bob)
    const sdp = 'a=x\r\n'.repeat(100_000)
    alice.send(T.SDP_OFFER, { call_id, to_user_id: calleeId, sdp })
    expect((await bob.next(T.SDP_OFFER)).payload['sdp']).toBe(sdp)
  })

  test('LIFE-1 at the end all that is still to be told arrives, each frame of it', async () => {
    const daemon = await tlsDaemon(await pem('localhost'), { linger_timeout_ms: 600_000 })
    const { alice, bob, call_id, calleeId } = await call(daemon)
    alice.send(T.HANGUP, { call_id })
    alice.send(T.CALL_REQUEST, { to_user_id: calleeId })
    await bob.next(T.CALL_NOTIFICATION)
    for (const one of [alice, bob]) await one.drain()
    const stopped = daemon.stop()
    for (const one of [alice, bob]) {
      // A server that knows of other nodes tells of states up to the end.
      const told = (await one.untilClosed()).filter(({ type }) => type !== T.USER_STATE_UPDATE)
      expect(told.map(({ type, payload }) => [type, payload['reason']])).toEqual([
        [T.HANGUP, 'shutdown'],
        [T.ERROR, 'shutting_down'],
      ])
    }
    await stopped
  })

  test('LIFE-3 who never completes its handshake does not hold up the end', async () => {
    const limits = { handshake_timeout_ms: 600_000, linger_timeout_ms: 1 }
    const daemon = await tlsDaemon(await pem('localhost'), limits)
    const silent = connectTcp({ port: daemon.port, host: '127.0.0.1' })
    silent.on('error', () => undefined)
    await once(silent, 'connect')
    // Accepted after the silent one.
    await (await client(daemon.port)).drain()
    await daemon.stop()
  })

  test('BOUND-2 who reads may get any amount; who does not read is cut, and counts as disconnected', async () => {
    const daemon = await tlsDaemon(await pem('localhost'), { max_outbound_bytes: 65_536 })
    const { alice, bob, call_id, calleeId } = await call(daemon)
    const offer = { call_id, to_user_id: calleeId, sdp: 'x'.repeat(60_000) }
    for (let sent = 0; sent < 10; sent++) {
      alice.send(T.SDP_OFFER, offer)
      await bob.next(T.SDP_OFFER)
    }
    bob.socket.pause()
    const told = alice.next(T.HANGUP)
    const offers = new AbortController()
    void told.then(() => {
      offers.abort()
    })
    for (let sent = 0; !offers.signal.aborted && sent < 1_000; sent++) {
      alice.send(T.SDP_OFFER, offer)
      if (alice.socket.writableNeedDrain) await Promise.race([told, once(alice.socket, 'drain')])
    }
    expect(await told).toMatchObject({ payload: { reason: 'peer_disconnected' } })
  })

  test('TLS-18 the newest version can be limited to TLS 1.2', async () => {
    const paths = await pem('localhost')
    const [limited, open] = [
      await tlsDaemon({ ...paths, tls_max_version: 'TLSv1.2' }),
      await tlsDaemon(paths),
    ]
    expect(tls(await client(limited.port, 'TLSv1.3')).getProtocol()).toBe('TLSv1.2')
    expect(tls(await client(open.port, 'TLSv1.3')).getProtocol()).toBe('TLSv1.3')
  })

  test('TLS-19 a PKCS#12 file serves a login', async () => {
    const daemon = await tlsDaemon({
      pkcs12_path: 'tests/fixtures/tls/good.p12',
      pkcs12_password: 'good-password',
    })
    await logIn(await client(daemon.port), 'alice')
  })

  test('TLS-20 a renewed certificate is for new connections, and no connection is dropped', async () => {
    const paths = await pem('first')
    const daemon = await tlsDaemon(paths)
    const early = await client(daemon.port)
    await pem('second')
    await daemon.reloadTls(configSchema.parse({ server: { enable_tls: true, ...paths } }))
    const late = await client(daemon.port)
    const names = [early, late].map((one) => tls(one).getPeerCertificate().subject.CN)
    expect(names).toEqual(['first', 'second'])
    await early.drain()
  })

  test('TLS-21 a bad renewed certificate leaves the old one in use', async () => {
    const paths = await pem('first')
    const daemon = await tlsDaemon(paths)
    await writeFile(paths.key_path, 'nonsense')
    await daemon.reloadTls(configSchema.parse({ server: { enable_tls: true, ...paths } }))
    expect(tls(await client(daemon.port)).getPeerCertificate().subject.CN).toBe('first')
  })

  test('TLS-22 a certificate on a curve that no client offers stops the start, and a reload leaves the old one', async () => {
    const paths = await pem('first')
    const daemon = await tlsDaemon(paths)
    const useless = await makeIssued({ curve: 'secp256k1', names: ['localhost'] })
    await writeFile(paths.cert_path, useless.cert)
    await writeFile(paths.key_path, useless.key)
    expect(await daemon.reloadTls(configSchema.parse({ server: { enable_tls: true, ...paths } }))).toEqual([
      expect.stringContaining('on the curve secp256k1'),
    ])
    expect(tls(await client(daemon.port)).getPeerCertificate().subject.CN).toBe('first')
    await expect(tlsDaemon(paths)).rejects.toMatchObject({
      faults: [expect.stringContaining('on the curve secp256k1')],
    })
  })

  test('TIME-3 a connection that never begins its handshake is ended', async () => {
    const daemon = await tlsDaemon(await pem('localhost'), { handshake_timeout_ms: 1 })
    const silent = connectTcp({ port: daemon.port, host: '127.0.0.1' })
    silent.resume()
    await once(silent, 'close')
  })

  unlessSplit('limits').each([
    ['guests are many', { max_guests: 3 }, 8],
    ['guests of an address are many', { max_guests_per_address: 3 }, 8],
    ['the server is full', { max_connections: 4 }, 60],
  ])(
    'BOUND-5 where %s, whoever never begins its handshake makes room, the first to come first',
    async (_when, limits, count) => {
      const daemon = await tlsDaemon({ ...(await pem('localhost')), ...limits })
      const silent: Socket[] = []
      for (let i = 0; i < count; i++) {
        const socket = connectTcp({ port: daemon.port, host: '127.0.0.1' })
        ends.push(() => Promise.resolve(socket.destroy()))
        await once(socket, 'connect')
        silent.push(socket)
      }
      const [first] = silent
      if (first !== undefined && !first.closed) await once(first.resume(), 'close')
      await logIn(await client(daemon.port), 'alice')
      expect(silent.at(-1)?.closed).toBe(false)
    },
  )

  test('TIME-3 a connection that leaves in the midst of its handshake is gone at once', async () => {
    const daemon = await tlsDaemon(await pem('localhost'), { handshake_timeout_ms: 2_147_483_647 })
    const leaving = connectTcp({ port: daemon.port, host: '127.0.0.1' })
    leaving.resume()
    // The head of a ClientHello.
    leaving.end(Buffer.from('1603010200010001fc0303', 'hex'))
    await once(leaving, 'close')
  })

  test('WIRE-10 who closes its sending side still gets its answers over TLS', async () => {
    const alice = await client((await tlsDaemon(await pem('localhost'))).port, 'TLSv1.3')
    const credentials = { username: 'alice', password_hash: 'pw' }
    alice.socket.end(
      Buffer.concat([frame(T.REGISTER_REQUEST, credentials), frame(T.LOGIN_REQUEST, credentials)]),
    )
    expect((await alice.untilClosed()).map(({ type }) => type)).toEqual([
      T.REGISTER_RESPONSE,
      T.LOGIN_RESPONSE,
    ])
  })

  test('LIFE-1 who comes in the midst of the end is told so', async () => {
    const daemon = await tlsDaemon(await pem('localhost'), { linger_timeout_ms: 600_000 })
    const raw = connectTcp({ port: daemon.port, host: '127.0.0.1' })
    await once(raw, 'connect')
    // Once this one has been served, the server has the other as well.
    await (await client(daemon.port)).drain()
    const stopped = daemon.stop()
    const late = new RawClient(connectTls({ socket: raw, rejectUnauthorized: false }))
    expect(await late.next(T.ERROR)).toMatchObject({ payload: { code: 503, reason: 'shutting_down' } })
    await late.close()
    await stopped
  })

  test('BOUND-3 WIRE-2 thousands of requests in one write are all answered over TLS too', async () => {
    const alice = await client((await tlsDaemon(await pem('localhost'))).port, 'TLSv1.3')
    await logIn(alice, 'alice')
    alice.sendBytes(Buffer.concat(Array.from({ length: 5_000 }, () => frame(T.USER_LIST_REQUEST, ''))))
    expect(await alice.drain()).toHaveLength(5_000)
  })
})
