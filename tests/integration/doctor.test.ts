import { once } from 'node:events'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import type { Credentials } from '../../src/cli/doctor/check-login.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { makeIssued } from '../support/certificates.ts'
import { bad, doctor, type DoctorOptions } from '../support/doctor.ts'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { findFreePort } from '../support/programs/free-port.ts'
import { logIn } from '../support/wire/raw-client.ts'

const ends = endsAfterEach()
const DAY_MS = 86_400_000

const checks = (findings: readonly Finding[]) => findings.map(({ check }) => check)

/** TLS with this certificate before a port without. */
async function tlsBefore(port: number, { cert, key }: { readonly cert: string; readonly key: string }) {
  const server = createTlsServer({ cert, key }, (socket) => {
    const inner = connect(port, '127.0.0.1')
    socket.on('error', () => inner.destroy()).pipe(inner)
    inner.on('error', () => socket.destroy()).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  return portOf(server.address())
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

describe('the doctor finds nothing wrong with a server', () => {
  test('DOCTOR-1 over TCP, and says what it can and how fast it answers', async () => {
    const { daemon } = await startHttpDaemon(ends)
    const findings = await doctor(`tcp://127.0.0.1:${daemon.port}`)
    expect(bad(findings)).toEqual([])
    expect(checks(findings)).toEqual(['tcp', 'limits', 'round trip'])
    expect(findings[0]?.message).toMatch(/roomrtc-server\/\d.*protocol 1/)
    expect(findings[1]?.message).toContain('ice_servers')
  })

  test('DOCTOR-1 over HTTP and WebSocket, with its clock', async () => {
    const { httpPort } = await startHttpDaemon(ends)
    for (const scheme of ['http', 'ws']) {
      const findings = await doctor(`${scheme}://127.0.0.1:${httpPort}`)
      expect(bad(findings)).toEqual([])
      expect(checks(findings)).toEqual(['http', 'clock', 'ready', 'ws', 'limits', 'round trip'])
    }
  })

  test('DOCTOR-1 HOST:PORT alone finds out what the port speaks', async () => {
    const { daemon, httpPort } = await startHttpDaemon(ends)
    const issued = await makeIssued({ names: ['localhost'] })
    const secure = await tlsBefore(daemon.port, issued)
    const secureWeb = await tlsBefore(httpPort, issued)
    expect(checks(await doctor(`127.0.0.1:${daemon.port}`))).toContain('tcp')
    expect(checks(await doctor(`127.0.0.1:${httpPort}`))).toContain('ws')
    for (const [port, check] of [
      [secure, 'tls'],
      [secureWeb, 'wss'],
    ] as const) {
      const findings = await doctor(`localhost:${port}`, { ca: issued.issuer })
      expect(bad(findings)).toEqual([])
      expect(checks(findings)).toEqual(expect.arrayContaining([check, 'chain', 'names', 'expiry']))
    }
  })
})

describe('the doctor finds', () => {
  test('DOCTOR-2 a port on which nobody listens', async () => {
    const port = await findFreePort('tcp')
    for (const server of [`127.0.0.1:${port}`, `tls://127.0.0.1:${port}`, `http://127.0.0.1:${port}`]) {
      const findings = await doctor(server)
      expect(findings).toMatchObject([{ level: 'fault', message: expect.stringContaining('nobody listens') }])
      expect(findings[0]?.cure).toContain('server.port')
    }
  })

  test('DOCTOR-2 the wrong kind of port', async () => {
    const { daemon, httpPort } = await startHttpDaemon(ends)
    expect(bad(await doctor(`tls://127.0.0.1:${daemon.port}`))).toMatchObject([
      {
        check: 'tls',
        level: 'fault',
        message: expect.stringContaining('no TLS'),
        cure: expect.stringContaining('tcp://'),
      },
    ])
    expect(bad(await doctor(`tcp://127.0.0.1:${httpPort}`))).toMatchObject([
      {
        check: 'tcp',
        level: 'fault',
        message: expect.stringContaining('speaks HTTP'),
        cure: expect.stringContaining('8080'),
      },
    ])
    expect(bad(await doctor(`http://127.0.0.1:${daemon.port}`))).toMatchObject([
      { check: 'http', level: 'fault' },
    ])
  })

  test('DOCTOR-2 somebody who says nothing, within the time for a step', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined).resume()).listen(
      0,
      '127.0.0.1',
    )
    await once(silent, 'listening')
    ends.push(() => silent.close())
    const port = portOf(silent.address())
    for (const server of [`tcp://127.0.0.1:${port}`, `tls://127.0.0.1:${port}`, `ws://127.0.0.1:${port}`]) {
      const findings = await doctor(server, { timeoutMs: 200 })
      expect(findings).toMatchObject([{ level: 'fault', message: expect.stringContaining('within 0.2 s') }])
    }
  })

  test('DOCTOR-3 a certificate that has expired, will soon, or is for another name', async () => {
    const { daemon } = await startHttpDaemon(ends)
    const period = {
      notBefore: new Date(Date.now() - 90 * DAY_MS),
      notAfter: new Date(Date.now() + 30 * DAY_MS),
    }
    const issued = await makeIssued({ names: ['localhost', 'a.example'], period })
    const port = await tlsBefore(daemon.port, issued)
    const look = async (server: string, options: DoctorOptions = {}) =>
      bad(await doctor(server, { ca: issued.issuer, ...options }))
    expect(await look(`tls://localhost:${port}`)).toEqual([])
    expect(await look(`tls://127.0.0.1:${port}`)).toMatchObject([
      { check: 'names', level: 'fault', message: expect.stringContaining('DNS:a.example') },
    ])
    expect(await look(`tls://localhost:${port}`, { now: Date.now() + 20 * DAY_MS })).toMatchObject([
      { check: 'expiry', level: 'warning', message: expect.stringContaining('in 9 days') },
    ])

    const past = { ...period, notAfter: new Date(Date.now() - DAY_MS) }
    const old = await makeIssued({ names: ['localhost'], period: past })
    const oldPort = await tlsBefore(daemon.port, old)
    expect(await look(`tls://localhost:${oldPort}`, { ca: old.issuer })).toMatchObject([
      {
        check: 'expiry',
        level: 'fault',
        message: expect.stringContaining('has expired'),
        cure: expect.stringContaining('renew'),
      },
    ])
  })

  test('DOCTOR-3 a certificate of an authority that nobody knows', async () => {
    const { daemon } = await startHttpDaemon(ends)
    const port = await tlsBefore(daemon.port, await makeIssued({ names: ['localhost'] }))
    expect(bad(await doctor(`tls://localhost:${port}`))).toMatchObject([
      { check: 'chain', level: 'fault', cure: expect.stringContaining('intermediate') },
    ])
  })

  test('DOCTOR-4 a server that is full', async () => {
    const { daemon, connect: open } = await startHttpDaemon(ends, { server: { max_connections: 1 } })
    await logIn(open(), 'alice')
    expect(bad(await doctor(`127.0.0.1:${daemon.port}`))).toMatchObject([
      {
        check: 'tcp',
        level: 'fault',
        message: expect.stringContaining('server_full'),
        cure: expect.stringContaining('max_connections'),
      },
    ])
  })

  test('DOCTOR-4 a server that drains', async () => {
    const {
      daemon,
      httpPort,
      connect: open,
    } = await startHttpDaemon(ends, { drain: { grace_ms: 0, window_ms: 60_000 } })
    await logIn(open(), 'alice')
    void daemon.drain()
    expect(bad(await doctor(`http://127.0.0.1:${httpPort}`))).toContainEqual(
      expect.objectContaining({ check: 'ready', level: 'fault', cure: expect.stringContaining('draining') }),
    )
  })

  test('DOCTOR-5 a clock that is wrong', async () => {
    const { httpPort } = await startHttpDaemon(ends)
    const findings = await doctor(`http://127.0.0.1:${httpPort}`, { now: Date.now() + 3_600_000 })
    expect(bad(findings)).toMatchObject([
      {
        check: 'clock',
        level: 'warning',
        message: expect.stringMatching(/ 3[56]\d\d s behind/),
        cure: expect.stringContaining('NTP'),
      },
    ])
  })

  test('DOCTOR-6 a wrong password, a wrong token, and that there is no TURN server', async () => {
    const { daemon, connect: open } = await startHttpDaemon(ends)
    await logIn(open(), 'alice', 'right')
    const server = `tcp://127.0.0.1:${daemon.port}`
    const look = async (credentials: Credentials) => bad(await doctor(server, { credentials }))
    expect(await look({ username: 'alice', password_hash: 'wrong' })).toMatchObject([
      { check: 'login', level: 'fault', cure: expect.stringContaining('--raw') },
    ])
    expect(await look({ token: 'none' })).toMatchObject([{ check: 'login', level: 'fault' }])
    const without = await startHttpDaemon(ends, { webrtc: { stun_servers: [] } })
    await logIn(without.connect(), 'alice', 'right')
    const credentials = { username: 'alice', password_hash: 'right' }
    expect(bad(await doctor(`tcp://127.0.0.1:${without.daemon.port}`, { credentials }))).toMatchObject([
      { check: 'turn', level: 'warning', cure: expect.stringContaining('webrtc.turn_servers') },
    ])
  })
})
