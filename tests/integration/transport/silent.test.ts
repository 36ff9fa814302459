import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { beforeEach, describe, expect } from 'vitest'
import { writeSelfSigned } from '../../../scripts/support/write-self-signed.ts'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { v2Header } from '../../support/wire/proxy-headers.ts'
import { connectRaw, RawClient } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'

const ends = endsAfterEach()
const test = unlessSplit('log')
let tls: object

beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-silent-'))
  ends.push(() => rm(directory, { recursive: true }))
  tls = { enable_tls: true, ...(await writeSelfSigned(directory)) }
})
type Overrides = NonNullable<Parameters<typeof startTestDaemon>[0]>

/** What it logs at info and above. */
async function start(overrides: Overrides) {
  const { log, lines } = createSpyLog()
  const debug: string[] = []
  const daemon = await startTestDaemon(overrides, {
    ...log,
    debug: (_fields, message) => void debug.push(message),
  })
  let stopped = false
  const stop = async () => {
    if (!stopped) await daemon.stop()
    stopped = true
  }
  ends.push(stop)
  return { daemon, lines, debug, stop }
}

async function check({ port }: Daemon, header: Buffer | string): Promise<void> {
  const socket = connectTcp({ port, host: '127.0.0.1' }).resume()
  await once(socket, 'connect')
  socket.end(header)
  await once(socket, 'close')
}

const behindProxy = { networks: ['127.0.0.0/8'] }
const LOCAL = v2Header({ command: 0x20, family: 0, body: '' })

describe.each([
  ['TCP', () => ({})],
  ['TLS', () => tls],
])('over %s', (_door, server) => {
  test.each([
    ['that connect and close', {}, ''],
    ['that connect and close, from where proxies are', behindProxy, ''],
    ['with PROXY v2 LOCAL', behindProxy, LOCAL],
    ['with PROXY UNKNOWN', behindProxy, 'PROXY UNKNOWN\r\n'],
  ])('LOG-17 health checks %s are no line at info but a sum', async (_kind, proxy, header) => {
    const { daemon, lines, debug, stop } = await start({ server: server(), proxy })
    for (let i = 0; i < 30; i++) await check(daemon, header)
    await expect.poll(() => debug.filter((line) => line === 'connection said nothing')).toHaveLength(30)
    expect(lines).toEqual([])
    await stop()
    expect(lines).toEqual([{ message: 'connections that said nothing', count: 30, by: { '127.0.0.1': 30 } }])
  })

  test('LOG-17 nor is who is sent away in silence', async () => {
    const { daemon, lines, debug, stop } = await start({
      server: server(),
      limits: { login_timeout_ms: 1, handshake_timeout_ms: 1 },
      security: { enable_rate_limiting: false },
    })
    const socket = connectTcp({ port: daemon.port, host: '127.0.0.1' }).resume()
    await once(socket, 'close')
    await expect.poll(() => debug).toContain('connection said nothing')
    await stop()
    expect(lines).toMatchObject([{ message: 'connections that said nothing', count: 1 }])
  })

  test('LOG-17 of whoever says something the log tells as ever', async () => {
    const { daemon, lines } = await start({ server: server() })
    const client = await connectRaw(daemon.port, server() === tls ? {} : undefined)
    expect(lines).toEqual([])
    client.sendBytes(Buffer.alloc(1))
    client.socket.end()
    await client.untilClosed()
    await expect
      .poll(() => lines.map(({ message, conn }) => [message, conn]))
      .toEqual([
        ['connection opened', 1],
        ['connection closed', 1],
      ])
  })
})

test('LOG-17 who only shakes hands has said nothing either', async () => {
  const { daemon, lines, debug, stop } = await start({ server: tls })
  // Of TLS 1.3 the client could be done before the server is.
  const client = await connectRaw(daemon.port, { maxVersion: 'TLSv1.2' })
  await client.close()
  await expect.poll(() => debug).toContain('connection said nothing')
  await stop()
  expect(lines).toMatchObject([{ message: 'connections that said nothing', count: 1 }])
})

test('LOG-18 handshakes that fail are summed up by cause', async () => {
  const { daemon, lines, debug, stop } = await start({ server: tls })
  const failing = async (options: object) => {
    const socket = connectTls({
      port: daemon.port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ...options,
    })
    const failed = new RawClient(socket)
    await failed.untilClosed()
  }
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
  await failing(old)
  await failing(old)
  await failing({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' })
  const half = connectTcp({ port: daemon.port, host: '127.0.0.1' }).resume()
  // The head of a ClientHello.
  half.end(Buffer.from('1603010200010001fc0303', 'hex'))
  await once(half, 'close')
  await expect.poll(() => debug.filter((line) => line === 'TLS handshake failed')).toHaveLength(4)
  expect(lines).toEqual([])
  await stop()
  expect(lines).toEqual([
    {
      message: 'TLS handshakes that failed',
      count: 4,
      by: {
        'unsupported protocol': 2,
        'no shared cipher': 1,
        'the peer left before it was complete': 1,
      },
    },
  ])
})
