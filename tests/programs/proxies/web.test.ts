import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { temporaryDirectory } from '../../support/files/uploads-daemon.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { canRun } from '../program.ts'
import { haproxyBefore, nginxBefore } from './proxies.ts'
import { type Door, type Visitor, visitor } from './visitor.ts'

const ends = endsAfterEach()
const afterwards = (end: () => unknown): unknown => ends.push(end)

/** Where the two are, as far as the proxy can see. */
const HERE = '127.0.0.9'
const THERE = '127.0.0.10'

type Overrides = NonNullable<Parameters<typeof startHttpDaemon>[1]>

const ways = [
  { program: 'haproxy', before: haproxyBefore, port: 'web', how: 'that ends TLS', id: 'DEPLOY-10' },
  {
    program: 'haproxy',
    before: haproxyBefore,
    port: 'webPassedOn',
    how: 'that passes bytes on',
    id: 'DEPLOY-10',
  },
  { program: 'nginx', before: nginxBefore, port: 'web', how: 'that ends TLS', id: 'DEPLOY-11' },
  {
    program: 'nginx',
    before: nginxBefore,
    port: 'webPassedOn',
    how: 'that passes bytes on',
    id: 'DEPLOY-11',
  },
] as const

describe.each(ways)('$program $how', ({ program, before, port, id }) => {
  async function house(overrides: Overrides = {}) {
    const { log, lines } = createSpyLog()
    const { daemon, httpPort } = await startHttpDaemon(
      ends,
      { proxy: { networks: ['127.0.0.1'] }, ...overrides },
      log,
    )
    const proxy = await before({ port: daemon.port, httpPort }, afterwards)
    const door: Door = { port: proxy[port], secure: port === 'web' }
    return { lines, here: visitor(door, HERE, ends), there: visitor(door, THERE, ends) }
  }

  const skipped = !canRun(program, program === 'nginx' ? 'nginx and libnginx-mod-stream' : program)

  test.skipIf(skipped)(`${id} a WebSocket, a long poll and an event stream work through it`, async () => {
    const { lines, here, there } = await house()
    const alice = here.open()
    alice.send('LOGIN_REQUEST', { token: (await enter(here, 'alice')).token })
    await alice.told('LOGIN_RESPONSE')
    expect(lines.filter(({ message }) => message === 'connection opened')).toMatchObject([
      {
        remote: expect.stringContaining(HERE),
        via: expect.stringContaining('127.0.0.1'),
        transport: 'websocket-json',
      },
    ])

    const { token, userId } = await enter(there, 'bob')
    const bearer = { authorization: `Bearer ${token}` }
    const { body } = await there.ask('POST', '/api/session', bearer, {})
    const headers = { ...bearer, session: String(body['session_token']) }
    const polled = there.ask('GET', '/api/events?after=0', headers)
    alice.send('CALL_REQUEST', { to_user_id: userId })
    let answer = await polled
    // An answer may tell of presence alone.
    while (String(answer.body['events']) === '')
      answer = await there.ask('GET', '/api/events?after=0', headers)
    expect(answer.body).toMatchObject({ events: [{ type: 'CALL_NOTIFICATION', from_username: 'alice' }] })

    const stream = there.listen('/api/events?after=0', { ...headers, accept: 'text/event-stream' })
    await stream.until('event: CALL_NOTIFICATION')
    const { events } = answer.body
    const [{ call_id }] = Array.isArray(events) ? events : []
    alice.send('HANGUP', { call_id })
    // The stream goes on: what comes is not held back until its end.
    await stream.until('event: HANGUP')
  })

  test.skipIf(skipped)(
    `${id} HTTP-7 limits go by the address of the client, whatever it says it is`,
    async () => {
      const { here, there } = await house({
        rate_limits: { address_per_minute: 300 },
        http: { metrics_networks: ['127.0.0.1'] },
      })
      for (let i = 0; ; i += 1) {
        const { status, body } = await here.ask('GET', '/health', forged(i))
        if (status === 200) continue
        expect({ status, error: body['error'] }).toEqual({ status: 429, error: 'rate_limited' })
        expect(i).toBeGreaterThan(10)
        break
      }
      expect((await there.ask('GET', '/health')).status).toBe(200)
      // Nor is it the proxy, of which metrics may be asked.
      expect((await there.ask('GET', '/metrics', { 'x-forwarded-for': '127.0.0.1' })).status).toBe(403)
    },
  )

  test.skipIf(skipped)(
    `${id} UPLOAD-1 a file that is larger than other requests comes through it`,
    async () => {
      const path = await temporaryDirectory(ends)
      const { here } = await house({ uploads: { enabled: true, path } })
      const bearer = { authorization: `Bearer ${(await enter(here, 'alice')).token}` }
      const part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
      const form = `${part}${'a'.repeat(5_000_000)}\r\n--x--\r\n`
      const type = { 'Content-Type': 'multipart/form-data; boundary=x' }
      const { status, body } = await here.ask('POST', '/api/uploads', { ...bearer, ...type }, form)
      expect(status).toBe(201)
      const found = await here.ask('GET', `/api/uploads/${String(body['fileId'])}`, bearer)
      expect(found.body['bytes']).toBe(5_000_000)
    },
  )

  test.skipIf(skipped)(`${id} HTTP-7 a ban is one of the client, and of nobody else`, async () => {
    const { here, there } = await house({
      security: { max_requests_per_minute: 20 },
      rate_limits: { max_score: 5 },
    })
    const flood = here.open()
    for (let i = 0; i < 200; i += 1) flood.send('HEARTBEAT', { timestamp: i })
    expect(await flood.closed()).toEqual({ code: 1008, reason: 'flooding' })
    expect(await here.open(forged(1)).closed()).toEqual({ code: 1008, reason: 'address_banned' })
    expect(await here.ask('GET', '/health', forged(2))).toMatchObject({
      status: 429,
      body: { error: 'address_banned' },
    })
    const other = there.open()
    other.send('HEARTBEAT', { timestamp: 1 })
    await other.told('HEARTBEAT')
    expect((await there.ask('GET', '/health')).status).toBe(200)
  })
})

test.skipIf(!canRun('haproxy'))(
  'DEPLOY-10 HTTP-10 HAProxy sends no newcomer to a daemon that drains; who is inside goes on',
  async () => {
    const { daemon, httpPort } = await startHttpDaemon(ends, {
      proxy: { networks: ['127.0.0.1'] },
      drain: { grace_ms: 0, window_ms: 600_000 },
    })
    const proxy = await haproxyBefore({ port: daemon.port, httpPort }, afterwards, true)
    const here = visitor({ port: proxy.web, secure: true }, HERE, ends)
    const alice = here.open()
    alice.send('LOGIN_REQUEST', { token: (await enter(here, 'alice')).token })
    await alice.told('LOGIN_RESPONSE')
    void daemon.drain()
    // HAProxy's own answer, which is no JSON.
    await expect.poll(() => here.ask('GET', '/health').catch(() => 'nobody')).toBe('nobody')
    alice.send('HEARTBEAT', { timestamp: 1 })
    await alice.told('HEARTBEAT')
  },
)

function forged(i: number): Record<string, string> {
  return { 'x-forwarded-for': `198.51.100.${i % 250}` }
}

async function enter(who: Visitor, username: string) {
  const person = { username, password: `a long password of ${username}` }
  const made = await who.ask('POST', '/api/users/register', {}, person)
  const { body } = await who.ask('POST', '/auth/login', {}, person)
  return { userId: String(made.body['user_id']), token: String(body['token']) }
}
