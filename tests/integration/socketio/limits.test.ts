import { once } from 'node:events'
import { WebSocket } from 'ws'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { startSocketIoDaemon, type Way } from '../../support/house/socket-io-daemon.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'
import { upgradeTo } from '../../support/wire/upgrade.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

const WAYS: readonly Way[] = ['polling', 'websocket']
const HANDSHAKE = '/socket.io/?EIO=4&transport=polling'
const UPGRADE = '/socket.io/?EIO=4&transport=websocket'
const OFFER = { type: 'offer', sdp: 'v=0' }

/** A long-polling session of which a test sends every request; gives its URL. */
async function polls(base: string): Promise<string> {
  const opened = await fetch(base + HANDSHAKE)
  const { sid }: { readonly sid: string } = JSON.parse((await opened.text()).slice(1))
  return `${base}${HANDSHAKE}&sid=${sid}`
}

/** A WebSocket of Engine.IO that has sent nothing yet. */
async function bare(httpPort: number): Promise<WebSocket> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${httpPort}${UPGRADE}`)
  ends.push(() => {
    webSocket.terminate()
  })
  await once(webSocket, 'message')
  return webSocket
}

describe('who is let in', () => {
  test('SIO-11 a page of another origin is refused, and one that is allowed may read the answers', async () => {
    const { base, httpPort } = await startSocketIoDaemon(ends, {
      http: { allowed_origins: ['https://app.example.org'] },
    })
    const from = (origin: string, method = 'GET') => fetch(base + HANDSHAKE, { method, headers: { origin } })
    const forbidden = await from('https://evil.example.org')
    expect(forbidden.status).toBe(403)
    expect(await forbidden.json()).toMatchObject({ error: 'forbidden_origin', message: expect.any(String) })
    expect(forbidden.headers.get('access-control-allow-origin')).toBeNull()
    for (const method of ['GET', 'OPTIONS']) {
      const allowed = await from('https://app.example.org', method)
      expect(allowed.ok).toBe(true)
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.org')
      expect(allowed.headers.get('access-control-allow-credentials')).toBeNull()
      expect(allowed.headers.get('set-cookie')).toBeNull()
      await allowed.text()
    }
    const upgrade = rawHttp(httpPort, upgradeTo(UPGRADE, 'Origin: https://evil.example.org'))
    await upgrade.closed
    expect(upgrade.received()).toMatch(/^HTTP\/1\.1 403[^]*"error":"forbidden_origin"/)
  })

  test.each(WAYS)('SIO-11 over %s a connection takes a place, and gives it back', async (way) => {
    const { base, httpPort, daemon, open, guest } = await startSocketIoDaemon(ends, {
      server: { max_connections_per_address: 2 },
    })
    const inside = async () => {
      const { body } = await daemon.metrics.text()
      return /^roomrtc_connections\{transport="socket-io"\} (\d+)$/m.exec(body)?.[1]
    }
    const mia = await guest(way, 'mia')
    await guest(way, 'tom')
    expect(await inside()).toBe('2')
    const refused = await fetch(base + HANDSHAKE)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ error: 'too_many_connections' })
    const upgrade = rawHttp(httpPort, upgradeTo(UPGRADE))
    await upgrade.closed
    expect(upgrade.received()).toMatch(/^HTTP\/1\.1 429[^]*"error":"too_many_connections"/)
    expect(await open(way).next('connect_error')).toBeDefined()
    mia.close()
    await expect.poll(inside).toBe('1')
    await guest(way, 'ann')
  })

  test.each(WAYS)('SIO-11 over %s behind a proxy the address is the one that it tells', async (way) => {
    const { log, lines } = createSpyLog()
    const { open } = await startSocketIoDaemon(ends, { proxy: { networks: ['127.0.0.1'] } }, log)
    const mia = open(way, { extraHeaders: { 'X-Forwarded-For': '192.0.2.7' } })
    mia.say('register_user', { userId: 'mia' })
    await mia.next('user_registered')
    const opened = lines.find(({ message }) => message === 'connection opened')
    expect(opened).toMatchObject({ transport: 'socket-io', remote: expect.stringContaining('192.0.2.7') })
  })

  test('SIO-11 handshakes that come to nothing keep no place', async () => {
    const { base, httpPort, daemon } = await startSocketIoDaemon(ends)
    for (const query of [
      'EIO=3&transport=polling',
      'EIO=4&transport=pigeon',
      'EIO=4&transport=polling&sid=no',
    ])
      expect(await (await fetch(`${base}/socket.io/?${query}`)).json()).toHaveProperty('message')
    for (const upgrade of [
      upgradeTo('/socket.io/?EIO=3&transport=websocket'),
      upgradeTo('/socket.io/?EIO=4&transport=polling'),
      upgradeTo(`${UPGRADE}&sid=no`),
      upgradeTo(UPGRADE).replace('Sec-WebSocket-Key', 'Sec-WebSocket-Kex'),
    ]) {
      const { closed, received } = rawHttp(httpPort, upgrade)
      await closed
      expect(received()).toMatch(/^HTTP\/1\.1 400/)
    }
    await expect
      .poll(async () => (await daemon.metrics.text()).body)
      .toContain('roomrtc_connections{transport="socket-io"} 0')
  })

  test('SIO-11 requests cost their address', async () => {
    const { base } = await startSocketIoDaemon(ends, { rate_limits: { address_per_minute: 60 } })
    const url = await polls(base)
    let last = await fetch(url, { method: 'POST', body: '3' })
    for (let n = 0; n < 100 && last.ok; n++) {
      await last.text()
      last = await fetch(url, { method: 'POST', body: '3' })
    }
    expect(last.status).toBe(429)
    expect(last.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await last.json()).toMatchObject({ error: 'rate_limited' })
  })

  test('SIO-10 SIO-11 who does not say who it is in time has to go, and may come back', async () => {
    const { open } = await startSocketIoDaemon(ends, { limits: { login_timeout_ms: 100 } })
    const mia = open('websocket')
    expect(await mia.next('force_disconnect')).toMatchObject({ reason: 'login_timeout' })
    expect(await mia.next('disconnect')).not.toEqual({ reason: 'io server disconnect' })
  })
})

describe('sizes', () => {
  const BEFORE_LOGIN = { limits: { max_frame_bytes_before_login: 1024, max_frame_bytes: 100_000 } }

  test.each(WAYS)('SIO-12 over %s less is taken before the login', async (way) => {
    const { open, guest } = await startSocketIoDaemon(ends, BEFORE_LOGIN)
    const eve = open(way)
    await new Promise<void>((resolve) => eve.socket.once('connect', resolve))
    eve.say('register_user', { userId: 'x'.repeat(2000) })
    await eve.next('disconnect')
    const mia = await guest(way, 'mia')
    mia.say('make_call', { to: 'nobody', offer: { type: 'offer', sdp: 'x'.repeat(20_000) } })
    expect(await mia.next('call_failed')).toMatchObject({ reason: 'user_not_found' })
    const tom = await guest(way, 'tom')
    tom.say('make_call', { to: 'nobody', offer: { type: 'offer', sdp: 'x'.repeat(80_000) } })
    expect(await tom.next('call_failed')).toMatchObject({ reason: 'message_too_large' })
    tom.say('make_call', { to: 'nobody', offer: { type: 'offer', sdp: 'x'.repeat(200_000) } })
    await tom.next('disconnect')
  })

  test('SIO-12 a message that never ends is cut off before the login', async () => {
    const limits = { ...BEFORE_LOGIN.limits, linger_timeout_ms: 100 }
    const { httpPort } = await startSocketIoDaemon(ends, { limits })
    const raw = rawHttp(httpPort, upgradeTo(UPGRADE))
    await raw.until('101 Switching')
    // A masked text frame of 60,000 bytes, of which half is sent.
    raw.socket.write(
      Buffer.concat([Buffer.from([0x81, 0xfe, 0xea, 0x60, 0, 0, 0, 0]), Buffer.alloc(30_000, 120)]),
    )
    await raw.closed
  })

  test('SIO-12 a body says its length', async () => {
    const { base, httpPort } = await startSocketIoDaemon(ends, BEFORE_LOGIN)
    const url = await polls(base)
    const path = url.slice(base.length)
    const chunked = rawHttp(
      httpPort,
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    await chunked.until('"error":"length_required"')
    const large = rawHttp(
      httpPort,
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000\r\n\r\n`,
    )
    await large.until('"error":"body_too_large"')
    expect(large.received()).toMatch(/^HTTP\/1\.1 413/)
    for (const { socket } of [chunked, large]) socket.destroy()
  })
})

describe('who misbehaves', () => {
  test('SIO-9 binary data, what is no packet, and a second entrance end the connection of whoever sent it', async () => {
    const { httpPort, guest } = await startSocketIoDaemon(ends)
    const mia = await guest('websocket', 'mia')
    for (const sent of [Buffer.from('40'), '4{', '49', '42["make_call"', '4' + '['.repeat(5000), '2']) {
      const webSocket = await bare(httpPort)
      webSocket.send('40')
      await once(webSocket, 'message')
      webSocket.send(sent)
      await once(webSocket, 'close')
    }
    mia.say('make_call', { to: 'nobody', offer: OFFER })
    await mia.next('call_failed')
  })

  test('SIO-9 a flood of events that are not known ends, and the address is banned', async () => {
    const { base, guest } = await startSocketIoDaemon(ends, {
      rate_limits: { max_score: 5, address_per_minute: 100_000 },
      security: { max_requests_per_minute: 60 },
    })
    const eve = await guest('websocket', 'eve')
    for (let n = 0; n < 200; n++) eve.say('make_tea')
    expect(await eve.next('force_disconnect')).toMatchObject({ reason: 'flooding' })
    expect(await (await fetch(base + HANDSHAKE)).json()).toMatchObject({ error: 'address_banned' })
  })

  test('SIO-9 a flood of pings of the WebSocket ends it, and none is answered', async () => {
    const { httpPort, guest } = await startSocketIoDaemon(ends, {
      rate_limits: { max_score: 5, address_per_minute: 100_000 },
      security: { max_requests_per_minute: 60 },
    })
    const mia = await guest('websocket', 'mia')
    const eve = await bare(httpPort)
    let pongs = 0
    eve.on('pong', () => (pongs += 1))
    const closed = once(eve, 'close')
    for (let n = 0; n < 200; n++) eve.ping()
    await closed
    expect(pongs).toBe(0)
    mia.say('make_call', { to: 'nobody', offer: OFFER })
    await mia.next('call_failed')
  })

  test('SIO-12 who does not read is ended, and its call', async () => {
    const { log, lines } = createSpyLog()
    const { httpPort, native, token } = await startSocketIoDaemon(
      ends,
      { limits: { max_outbound_bytes: 65_536 }, security: { enable_rate_limiting: false } },
      log,
    )
    const bob = await native('bob', { controls: true })
    const lazy = await bare(httpPort)
    const told: string[] = []
    lazy.on('message', (data) => told.push(String(data)))
    lazy.send(`40${JSON.stringify({ token: await token('lazy') })}`)
    await expect.poll(() => told.join()).toContain('user_registered')
    lazy.send(`42${JSON.stringify(['make_call', { to: 'bob', offer: OFFER }])}`)
    const { call_id, from_user_id: to_user_id } = (await bob.next(T.CALL_NOTIFICATION)).payload
    bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
    lazy.pause()
    const sdp = 'x'.repeat(60_000)
    const ended = bob.next(T.HANGUP)
    const over = new AbortController()
    void ended.then(() => {
      over.abort()
    })
    while (!over.signal.aborted) {
      bob.send(T.SDP_OFFER, { call_id, to_user_id, sdp })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await ended).payload).toMatchObject({ call_id, reason: 'peer_disconnected' })
    expect(lines).toContainEqual(expect.objectContaining({ reason: 'slow_consumer' }))
    expect(JSON.stringify(lines)).not.toContain('xxx')
  })

  test('SIO-12 who does not poll is ended', async () => {
    const { log, lines } = createSpyLog()
    const { base, native } = await startSocketIoDaemon(ends, { limits: { drain_timeout_ms: 100 } }, log)
    const url = await polls(base)
    const post = async (packet: string) => (await fetch(url, { method: 'POST', body: packet })).text()
    await post('40')
    await (await fetch(url)).text()
    await post(`42${JSON.stringify(['register_user', { userId: 'lazy' }])}`)
    await expect.poll(() => lines.map(({ reason }) => reason)).toContain('slow_consumer')
    await native('bob', { controls: false })
    expect((await fetch(url)).status).toBe(400)
  })
})
