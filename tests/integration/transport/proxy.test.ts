import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { v1Header, v2Header } from '../../support/wire/proxy-headers.ts'
import { logIn, RawClient } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { frame, T } from '../../support/wire/wire.ts'

const LISTED = { networks: ['127.0.0.0/8'] }
const credentials = { username: 'alice', password_hash: 'pw' }

let directory: string
let tls: object
const { log, lines } = createSpyLog()
const ends = endsAfterEach()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roomrtc-proxy-'))
  tls = await makeCertificate('localhost')
})
afterAll(() => rm(directory, { recursive: true }))

async function makeCertificate(commonName: string) {
  const { cert, key } = await makeSelfSigned({ commonName, days: 90 })
  const paths = {
    cert_path: join(directory, `${commonName}.cert.pem`),
    key_path: join(directory, `${commonName}.key.pem`),
  }
  await writeFile(paths.cert_path, cert)
  await writeFile(paths.key_path, key)
  return { enable_tls: true, ...paths }
}

beforeEach(() => {
  lines.length = 0
})
const opened = () => lines.filter(({ message }) => message === 'connection opened')
const refused = () => lines.filter(({ message }) => message === 'connection refused: no good PROXY header')

type Overrides = NonNullable<Parameters<typeof startTestDaemon>[0]>

async function start(proxy: Overrides['proxy'], overrides: Overrides = {}): Promise<Daemon> {
  const daemon = await startTestDaemon(
    { proxy, security: { enable_rate_limiting: false }, ...overrides },
    log,
  )
  ends.push(() => daemon.stop())
  return daemon
}

async function raw({ port }: Daemon): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => undefined)
  ends.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

async function headed(daemon: Daemon, header = v1Header('192.0.2.7', 4711)): Promise<Socket> {
  const socket = await raw(daemon)
  socket.write(header)
  return socket
}

async function proxied(daemon: Daemon, header: Buffer): Promise<RawClient> {
  return new RawClient(await headed(daemon, header))
}

async function proxiedTls(daemon: Daemon, header: Buffer): Promise<RawClient> {
  return new RawClient(await secured(await headed(daemon, header)))
}

async function secured(socket: Socket): Promise<TLSSocket> {
  const secure = connectTls({ socket, rejectUnauthorized: false })
  await once(secure, 'secureConnect')
  return secure
}

/** What the daemon sends until it closes. */
async function untilClosed(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  // A reset, which `once` would reject for, is an end like any other.
  if (!socket.closed) await new Promise((resolve) => socket.on('close', resolve))
  return Buffer.concat(chunks)
}

const own = (socket: Socket) => `127.0.0.1:${socket.localPort ?? 0}`

describe.each([
  ['TCP', () => ({ server: {} }), proxied],
  ['TLS', () => ({ server: tls }), proxiedTls],
])('behind a proxy, over %s', (name, overrides, connectProxied) => {
  const transport = name.toLowerCase()

  test('PROXY-2 PROXY-8 the address that the header tells is logged, and the proxy beside it', async () => {
    const daemon = await start(LISTED, overrides())
    const alice = await connectProxied(daemon, v1Header('192.0.2.7', 4711))
    await logIn(alice, 'alice')
    expect(opened()).toMatchObject([{ conn: 1, remote: '192.0.2.7:4711', via: own(alice.socket) }])
  })

  test('PROXY-3 PROXY-6 PROXY-8 the same with version 2 and IPv6', async () => {
    const daemon = await start({ networks: ['::1', '127.0.0.1'] }, overrides())
    const body = `20010db8000000000000000000000001 ${'00'.repeat(16)} 1267 01bb 030004aabbccdd`
    const alice = await connectProxied(daemon, v2Header({ family: 0x21, body }))
    await logIn(alice, 'alice')
    expect(opened()).toMatchObject([{ remote: '2001:db8::1:4711', via: own(alice.socket) }])
  })

  test('PROXY-7 where the proxy speaks for itself its own address counts', async () => {
    const daemon = await start(LISTED, overrides())
    const alice = await connectProxied(daemon, v2Header({ command: 0x20, family: 0, body: '' }))
    await alice.drain()
    expect(opened()).toEqual([
      { message: 'connection opened', conn: 1, remote: own(alice.socket), transport },
    ])
  })

  unlessSplit('limits')(
    'PROXY-8 RESUME-3 guesses are counted by the address that the header tells',
    async () => {
      // So few that another one is granted only after half a minute: with 30 it would be after 2 s.
      const limits = { resume: { max_failed_per_minute: 2 }, security: { enable_rate_limiting: true } }
      const daemon = await start(LISTED, { ...overrides(), ...limits })
      const answerTo = async (address: string) => {
        const client = await connectProxied(daemon, v1Header(address, 1))
        client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['resume'] })
        client.send(T.RESUME, { session_token: 'A'.repeat(43), last_seq: 0 })
        const [, answer] = await Promise.race([client.drain(), client.untilClosed()])
        await client.close()
        return answer?.payload['code'] ?? answer?.type
      }
      for (let guesses = 0; guesses < 2; guesses++) expect(await answerTo('192.0.2.1')).toBe(T.RESUME_REFUSED)
      expect(await answerTo('192.0.2.1')).toBe(429)
      expect(await answerTo('192.0.2.2')).toBe(T.RESUME_REFUSED)
      expect(await answerTo('192.0.2.1')).toBe(429)
    },
  )

  test('PROXY-9 a header that is malformed closes the connection without a word', async () => {
    const socket = await raw(await start(LISTED, overrides()))
    const remote = own(socket)
    socket.write('PROXY TCP4 192.0.2.7 10.0.0.1 4711\r\n')
    expect(await untilClosed(socket)).toHaveLength(0)
    expect(refused()).toMatchObject([{ conn: 1, remote, why: 'its line is malformed' }])
    expect(opened()).toEqual([])
  })

  test('PROXY-9 a peer that leaves before its header is complete is logged', async () => {
    const socket = await raw(await start(LISTED, overrides()))
    const remote = own(socket)
    socket.end('PROXY TCP4')
    expect(await untilClosed(socket)).toHaveLength(0)
    await expect.poll(refused).toMatchObject([{ remote, why: 'the peer left before it was complete' }])
  })

  test('PROXY-10 a header that comes drop by drop must be complete in time', async () => {
    const socket = await raw(await start({ ...LISTED, header_timeout_ms: 150 }, overrides()))
    const drops = setInterval(() => socket.write('x'), 20)
    socket.on('close', () => {
      clearInterval(drops)
    })
    socket.write('PROXY UNKNOWN ')
    expect(await untilClosed(socket)).toHaveLength(0)
    expect(refused()).toMatchObject([{ why: 'it was not complete in time' }])
  })

  test('PROXY-10 a header that comes byte by byte in time is good', async () => {
    const daemon = await start({ ...LISTED, header_timeout_ms: 600_000 }, overrides())
    const header = v2Header({ body: 'c0000207 0a000001 1267 01bb' })
    const socket = await raw(daemon)
    for (const byte of header.subarray(0, -1)) {
      socket.write(Buffer.of(byte))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    socket.write(header.subarray(-1))
    const alice = new RawClient(overrides().server === tls ? await secured(socket) : socket)
    await logIn(alice, 'alice')
    expect(opened()).toMatchObject([{ remote: '192.0.2.7:4711' }])
  })

  test('PROXY-10 who says nothing does not hold up the end for longer than others', async () => {
    const limits = { linger_timeout_ms: 1 }
    const daemon = await start({ ...LISTED, header_timeout_ms: 600_000 }, { ...overrides(), limits })
    const silent = await raw(daemon)
    // Accepted after the silent one.
    await (await connectProxied(daemon, v1Header('192.0.2.7', 4711))).drain()
    const closed = untilClosed(silent)
    await daemon.stop()
    await closed
    ends.shift()
  })

  test('PROXY-8 BOUND-1 whoever leaves frees its place, and the end waits for nobody who has left', async () => {
    const server = { ...overrides().server, max_connections: 1 }
    const daemon = await start(LISTED, { server, limits: { linger_timeout_ms: 600_000 } })
    for (let round = 0; round < 3; round++) {
      const client = await connectProxied(daemon, v1Header('192.0.2.7', round))
      await client.drain()
      client.socket.end()
      await client.untilClosed()
    }
    expect(opened()).toHaveLength(3)
  })
})

describe('behind a proxy', () => {
  test('PROXY-9 a peer that sends frames and no header is closed without a word', async () => {
    const socket = await raw(await start(LISTED))
    const remote = own(socket)
    socket.write(frame(T.HEARTBEAT, { timestamp: 1 }))
    expect(await untilClosed(socket)).toHaveLength(0)
    expect(refused()).toMatchObject([{ remote, why: 'it begins with something else' }])
  })

  test('PROXY-9 a TLS handshake without a header in front is closed without a word', async () => {
    const daemon = await start(LISTED, { server: tls })
    const secure = connectTls({ socket: await raw(daemon), rejectUnauthorized: false })
    await expect(once(secure, 'secureConnect')).rejects.toThrow()
    expect(refused()).toHaveLength(1)
  })

  test('PROXY-11 what comes in one segment with the header is all answered', async () => {
    const daemon = await start(LISTED)
    const requests = Array.from({ length: 3000 }, (_, i) => frame(T.HEARTBEAT, { timestamp: -1 - i }))
    const alice = await proxied(daemon, Buffer.concat([v1Header('192.0.2.7', 4711), ...requests]))
    const answers = await alice.drain()
    expect(answers.map(({ payload }) => payload['timestamp'])).toEqual(requests.map((_, i) => -1 - i))
  })

  test('PROXY-11 WIRE-10 who closes its sending side right behind the header and its requests gets its answers', async () => {
    const client = new RawClient(await raw(await start(LISTED)))
    const requests = [frame(T.REGISTER_REQUEST, credentials), frame(T.LOGIN_REQUEST, credentials)]
    client.socket.end(Buffer.concat([v1Header('192.0.2.7', 4711), ...requests]))
    expect((await client.untilClosed()).map(({ type }) => type)).toEqual([
      T.REGISTER_RESPONSE,
      T.LOGIN_RESPONSE,
    ])
  })

  test('PROXY-11 WIRE-10 who closes its sending side right behind the header is gone', async () => {
    const socket = await raw(await start(LISTED))
    socket.end(v1Header('192.0.2.7', 4711))
    expect(await untilClosed(socket)).toHaveLength(0)
    await expect.poll(() => lines.map(({ message }) => message)).toContain('connection said nothing')
  })

  test.each([
    ['all', Infinity],
    ['the head', 10],
  ])('PROXY-11 %s of a ClientHello may come in one segment with the header', async (_what, upTo) => {
    const socket = await raw(await start(LISTED, { server: tls }))
    let header: Buffer | undefined = v1Header('192.0.2.7', 4711)
    const wire = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        socket.write(Buffer.concat([header ?? Buffer.alloc(0), chunk.subarray(0, upTo)]))
        header = undefined
        setTimeout(() => {
          if (chunk.length > upTo) socket.write(chunk.subarray(upTo))
          done()
        }, 20)
      },
    })
    socket.on('data', (chunk) => wire.push(chunk))
    const secure = connectTls({ socket: wire, rejectUnauthorized: false })
    await once(secure, 'secureConnect')
    await logIn(new RawClient(secure), 'alice')
    expect(opened()).toMatchObject([{ remote: '192.0.2.7:4711' }])
    secure.destroy()
  })

  test('PROXY-8 TLS-20 a renewed certificate is for new connections behind a proxy too', async () => {
    const daemon = await start(LISTED, { server: tls })
    const before = await secured(await headed(daemon))
    const renewed = await makeCertificate('renewed')
    await daemon.reloadTls(configSchema.parse({ server: renewed }))
    const after = await secured(await headed(daemon))
    const names = [before, after].map((socket) => socket.getPeerCertificate().subject.CN)
    expect(names).toEqual(['localhost', 'renewed'])
  })

  test('PROXY-8 TIME-3 a handshake behind a header must be complete in time, and the log says whose it was', async () => {
    const daemon = await start(LISTED, { server: tls, limits: { handshake_timeout_ms: 50 } })
    const socket = await raw(daemon)
    // The head of a ClientHello.
    const hello = Buffer.from('1603010200010001fc0303', 'hex')
    socket.write(Buffer.concat([v1Header('192.0.2.7', 4711), hello]))
    await untilClosed(socket)
    expect(lines.at(-1)).toMatchObject({ message: 'TLS handshake failed', remote: '192.0.2.7' })
  })

  test('PROXY-8 TIME-3 a peer that leaves in the midst of its handshake behind a header is gone at once', async () => {
    const limits = { handshake_timeout_ms: 2_147_483_647, linger_timeout_ms: 600_000 }
    const socket = await raw(await start(LISTED, { server: tls, limits }))
    // The head of a ClientHello.
    const hello = Buffer.from('1603010200010001fc0303', 'hex')
    socket.end(Buffer.concat([v1Header('192.0.2.7', 4711), hello]))
    await untilClosed(socket)
  })

  test.each([
    ['by default', undefined],
    ['from elsewhere', { networks: ['192.0.2.0/24', '::1'] }],
  ])('PROXY-1 PROXY-12 %s no header is looked for, and none is believed', async (_when, proxy) => {
    const daemon = await start(proxy)
    const plain = new RawClient(await raw(daemon))
    await plain.drain()
    const liar = await proxied(daemon, v1Header('192.0.2.7', 4711))
    // "PROX" as a length.
    expect(await liar.next(T.ERROR)).toMatchObject({ payload: { code: 413, reason: 'frame_too_large' } })
    expect(opened().map((line) => [line['remote'], line['via']])).toEqual([
      [own(plain.socket), undefined],
      [own(liar.socket), undefined],
    ])
  })

  test('PROXY-12 from elsewhere a TLS handshake is one', async () => {
    const daemon = await start({ networks: ['192.0.2.0/24'] }, { server: tls })
    const secure = await secured(await raw(daemon))
    await new RawClient(secure).drain()
    expect(opened()).toMatchObject([{ remote: own(secure) }])
  })
})
