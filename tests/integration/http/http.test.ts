import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { v1Header } from '../../support/wire/proxy-headers.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'
import { logIn, RawClient } from '../../support/wire/raw-client.ts'

const ends = endsAfterEach()

type Overrides = NonNullable<Parameters<typeof startTestDaemon>[0]>

async function start(overrides: Overrides = {}) {
  const daemon = await startTestDaemon({ http: {}, ...overrides })
  ends.push(() => daemon.stop())
  const { httpPort = 0 } = daemon
  return { daemon, httpPort, base: `http://127.0.0.1:${httpPort}` }
}

function raw(port: number, opening = '') {
  const connection = rawHttp(port, opening)
  ends.push(() => connection.socket.destroy())
  return connection
}

describe('every request', () => {
  test('HTTP-1 HTTP-2 where nothing is, it says so in JSON, and browsers may do nothing with it', async () => {
    const { base } = await start()
    const answer = await fetch(`${base}/nothing?here=1`)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toEqual({
      error: 'not_found',
      message: 'There is nothing at this path',
    })
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('HTTP-3 only pages of the origins allowed may read answers', async () => {
    const { base } = await start({ http: { allowed_origins: ['https://app.example.org'] } })
    const allowed = async (origin: string) => {
      const { headers } = await fetch(`${base}/health`, { headers: { origin } })
      expect(headers.get('access-control-allow-credentials')).toBeNull()
      return headers.get('access-control-allow-origin')
    }
    expect(await allowed('https://app.example.org')).toBe('https://app.example.org')
    expect(await allowed('https://app.example.org.evil.test')).toBeNull()
    const preflight = await fetch(`${base}/health`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.org', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization')
  })

  test('HTTP-4 a head without end, one that is slow, a large body and what is no HTTP end the connection', async () => {
    const { httpPort } = await start({
      limits: { handshake_timeout_ms: 500, max_frame_bytes: 9000 },
    })
    const large = raw(httpPort, `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}`)
    await large.until('HTTP/1.1 431')
    const slow = raw(httpPort, 'GET /health HTTP/1.1\r\nHost: a\r\n')
    await slow.until('HTTP/1.1 408')
    expect(slow.received()).toContain('"error":"request_timeout"')
    const body = raw(httpPort, 'POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 9001\r\n\r\n')
    await body.until('"error":"body_too_large"')
    const chunked = 'POST /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'
    const endless = raw(httpPort, chunked + `1000\r\n${'x'.repeat(4096)}\r\n`.repeat(4))
    await endless.until('"error":"length_required"')
    const noHttp = raw(httpPort, '\u0000\u0000\u0000\u0001\u0005')
    await noHttp.until('HTTP/1.1 400')
    await Promise.all([large.closed, slow.closed, body.closed, endless.closed, noHttp.closed])
  })

  test('HTTP-4 two lengths in one request, which a proxy may read in another way, are refused', async () => {
    const { httpPort } = await start()
    const heads = [
      'Content-Length: 4\r\nTransfer-Encoding: chunked',
      'Content-Length: 4\r\nContent-Length: 5',
      'Transfer-Encoding: xchunked',
      'Transfer-Encoding : chunked',
    ]
    for (const head of heads) {
      const smuggler = raw(
        httpPort,
        `POST /health HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
      )
      await smuggler.closed
      expect(smuggler.received()).toMatch(/^HTTP\/1\.1 400/)
      expect(smuggler.received()).not.toContain('connectedUsers')
    }
  })

  test('HTTP-4 what names no host, two, or an odd one, is answered in JSON and ends the connection', async () => {
    const { httpPort } = await start()
    const host = (lines: string) => `GET /health HTTP/1.1\r\n${lines}\r\n`
    for (const request of [
      host(''),
      host('Host: \r\n'),
      host('Host: a b/c?\r\n'),
      host('Host: a\r\nHost: b\r\n'),
      'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET http://a:99999/health HTTP/1.1\r\nHost: a\r\n\r\n',
    ]) {
      const odd = raw(httpPort, request)
      await odd.closed
      expect(odd.received()).toMatch(/^HTTP\/1\.1 400 /)
      expect(odd.received()).toContain('"error":"malformed_request"')
    }
  })

  test('HTTP-4 an upgrade to what nobody speaks is answered, and ends the connection', async () => {
    const { httpPort } = await start()
    const upgrade = 'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const lost = raw(httpPort, upgrade)
    await lost.closed
    expect(lost.received()).toMatch(/^HTTP\/1\.1 404/)
  })

  test('HTTP-5 an address that asks too much waits, others do not', async () => {
    const { base } = await start({
      rate_limits: { address_per_minute: 20 },
      proxy: { networks: ['127.0.0.1'] },
    })
    const ask = (from: string) => fetch(`${base}/health`, { headers: { 'x-forwarded-for': from } })
    let refused = await ask('192.0.2.1')
    for (let i = 0; i < 30 && refused.status === 200; i += 1) refused = await ask('192.0.2.1')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ error: 'rate_limited' })
    expect((await ask('192.0.2.2')).status).toBe(200)
  })

  test('HTTP-6 of connections that ask for nothing the oldest makes room', async () => {
    const { httpPort, base } = await start({ server: { max_guests_per_address: 2 } })
    const first = raw(httpPort)
    await once(first.socket, 'connect')
    const second = raw(httpPort)
    await once(second.socket, 'connect')
    expect((await fetch(`${base}/health`)).status).toBe(200)
    await first.closed
    expect(second.socket.destroyed).toBe(false)
  })

  test('HTTP-6 who waits for a password to be checked is not the one to make room', async () => {
    const { httpPort, base } = await start({
      server: { max_guests_per_address: 2 },
      security: { bcrypt_cost: 12 },
    })
    const body = JSON.stringify({ username: 'alice', password: 'secret' })
    const post = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const first = raw(httpPort, post('/api/users/register'))
    await first.until('HTTP/1.1 201')
    first.socket.write(post('/auth/login'))
    const others = [raw(httpPort), raw(httpPort), raw(httpPort)]
    await Promise.race(others.map(({ closed }) => closed))
    await first.until('"token"')
    expect((await fetch(`${base}/health`)).status).toBe(200)
  })

  test('HTTP-10 a connection that has asked nothing does not hold up the end', async () => {
    const { daemon, httpPort } = await start({ limits: { linger_timeout_ms: 30_000 } })
    const idle = raw(httpPort)
    await once(idle.socket, 'connect')
    await fetch(`http://127.0.0.1:${httpPort}/health`)
    const before = performance.now()
    await daemon.stop()
    await idle.closed
    expect(performance.now() - before).toBeLessThan(10_000)
  })

  test('HTTP-7 what says where a client is counts only where it comes from a proxy', async () => {
    const limits = { rate_limits: { address_per_minute: 12 } }
    const exhaust = async (port: number, opening: string, head: string) => {
      for (let i = 0; i < 40; i += 1) {
        const asked = raw(
          port,
          `${opening}GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${head}\r\n`,
        )
        await asked.closed
        if (!asked.received().startsWith('HTTP/1.1 200')) return asked.received().slice(0, 12)
      }
      return 'never'
    }
    const strangers = await start(limits)
    expect(await exhaust(strangers.httpPort, '', 'X-Forwarded-For: 192.0.2.1\r\n')).toBe('HTTP/1.1 429')
    expect(await exhaust(strangers.httpPort, '', 'X-Forwarded-For: 192.0.2.2\r\n')).toBe('HTTP/1.1 429')

    const proxied = await start({ ...limits, proxy: { networks: ['127.0.0.1'] } })
    const forwarded = (list: string) => `X-Forwarded-For: ${list}\r\n`
    expect(await exhaust(proxied.httpPort, '', forwarded('192.0.2.1'))).toBe('HTTP/1.1 429')
    // What stands before the last hop that is no proxy of ours is invented.
    expect(await exhaust(proxied.httpPort, '', forwarded('192.0.2.9, 192.0.2.1, 127.0.0.1'))).toBe(
      'HTTP/1.1 429',
    )
    const header = v1Header('192.0.2.3', 4711).toString('latin1')
    expect(await exhaust(proxied.httpPort, header, forwarded('192.0.2.4'))).toBe('HTTP/1.1 429')
    const fresh = await fetch(`${proxied.base}/health`, { headers: { 'x-forwarded-for': '192.0.2.4' } })
    expect(fresh.status).toBe(200)
  })

  test('HTTP-8 with TLS nothing is answered in the clear', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'roomrtc-http-'))
    ends.push(() => rm(directory, { recursive: true }))
    const { cert, key } = await makeSelfSigned({ commonName: 'localhost', days: 2 })
    const paths = { cert_path: join(directory, 'cert.pem'), key_path: join(directory, 'key.pem') }
    await writeFile(paths.cert_path, cert)
    await writeFile(paths.key_path, key)
    const { daemon, httpPort } = await start({ http: { enable_tls: true }, server: paths })
    const asked = get({ host: 'localhost', port: httpPort, path: '/health', ca: cert, agent: false })
    const body = await new Promise<string>((resolve) => {
      asked.on('response', (answer) => void text(answer).then(resolve))
    })
    expect(body).toContain('"status":"ok"')
    const clear = raw(httpPort, 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
    await clear.closed
    expect(clear.received()).not.toContain('HTTP/1.1 200')
    // The other port is not concerned.
    const client = new RawClient(connect({ port: daemon.port, host: '127.0.0.1' }))
    ends.push(() => client.close())
    await logIn(client, 'alice')
  })
})

describe('how the server is', () => {
  test('HTTP-9 HTTP-10 it is ready until the first moment of a drain, and says so during it', async () => {
    const { daemon, base } = await start({ drain: { grace_ms: 0, window_ms: 600_000 } })
    const client = new RawClient(connect({ port: daemon.port, host: '127.0.0.1' }))
    ends.push(() => client.close())
    await logIn(client, 'alice')
    expect((await fetch(`${base}/ready`)).status).toBe(200)
    void daemon.drain()
    const answer = await fetch(`${base}/ready`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({ status: 'not_ready' })
    const health = await fetch(`${base}/health`)
    expect(await health.json()).toMatchObject({ status: 'ok', uptime_secs: expect.any(Number) })
  })

  unlessSplit('figures')('HTTP-11 it tells how many are there', async () => {
    const { daemon, base } = await start()
    const client = new RawClient(connect({ port: daemon.port, host: '127.0.0.1' }))
    ends.push(() => client.close())
    await logIn(client, 'alice')
    const answer = await fetch(base)
    expect(await answer.json()).toMatchObject({ status: 'running', connectedUsers: 1, activeCalls: 0 })
  })
})
