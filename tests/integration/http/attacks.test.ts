import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()
const UNLIMITED = { enable_rate_limiting: false }

describe('what HTTP is attacked by', () => {
  test('HTTP-21 a stream that nobody reads ends, and who sent what waits for it goes on', async () => {
    const { log, lines } = createSpyLog()
    const { base, connect } = await startHttpDaemon(
      ends,
      { security: UNLIMITED, limits: { drain_timeout_ms: 500 } },
      log,
    )
    const bob = await httpClient(base, 'bob')
    const alice = { username: 'alice', password_hash: 'x' }
    await httpAsk(`${base}/api/users/register`, 'POST', alice)
    const native = connect()
    native.send(T.LOGIN_REQUEST, alice)
    await native.next(T.LOGIN_RESPONSE)
    const stream = rawHttp(
      Number(new URL(bob.base).port),
      `GET /api/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${bob.token}\r\nSession: ${bob.sessionToken}\r\nAccept: text/event-stream\r\n\r\n`,
    )
    ends.push(() => stream.socket.destroy())
    await stream.until('text/event-stream')
    native.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    await stream.until('CALL_NOTIFICATION')
    const { call } = Object((await bob.get('/api/signal/incoming')).body)
    await bob.post('/api/call/accept', { call_id: call.call_id })
    await native.next(T.CALL_ACCEPTED)
    stream.socket.pause()
    const offer = { call_id: call.call_id, to_user_id: bob.userId, sdp: 'x'.repeat(200_000) }
    const closed = once(stream.socket, 'close')
    for (let sent = 0; sent < 100; sent += 1) {
      native.send(T.SDP_OFFER, offer)
      await native.drain()
    }
    await expect
      .poll(() => lines.map(({ message }) => message))
      .toContain('event stream ended: nobody reads it')
    // What is to be read first is read; then the end is seen.
    stream.socket.resume()
    await closed
    expect(stream.received().length).toBeLessThan(100 * 200_000)
    expect((await bob.get('/users')).status).toBe(200)
    expect(await native.drain()).toEqual([])
  })

  test('HTTP-22 JSON that is nested without end is refused, and nobody else notices', async () => {
    const { base } = await startHttpDaemon(ends, { security: UNLIMITED })
    const alice = await httpClient(base, 'alice')
    const nested = `${'['.repeat(400_000)}${']'.repeat(400_000)}`
    const send = (body: string) =>
      fetch(`${alice.base}/api/messages`, {
        method: 'POST',
        headers: { ...alice.headers, 'content-type': 'application/json' },
        body,
      })
    expect((await send('['.repeat(1_000_000))).status).toBe(400)
    expect((await send(nested)).status).toBe(400)
    const deep = await send(`{"type":"CALL_REQUEST","to_user_id":"x","metadata":${nested}}`)
    expect(deep.status).toBe(413)
    expect(await deep.json()).toMatchObject({ error: 'message_too_large' })
    expect((await send('{"type":"__proto__"}')).status).toBe(400)
    expect((await send('{"type":"HEARTBEAT","timestamp":1,"__proto__":{"x":1}}')).status).toBe(200)
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
    expect((await alice.events(0, 0)).last).toBe(0)
  })

  test('HTTP-6 HTTP-26 hundreds of connections that wait do not keep others out', async () => {
    const { httpPort, connect } = await startHttpDaemon(ends, {
      server: { max_guests_per_address: 50 },
      security: UNLIMITED,
    })
    const idle = Array.from({ length: 300 }, () => rawHttp(httpPort))
    ends.push(() => {
      for (const { socket } of idle) socket.destroy()
    })
    await Promise.all(idle.slice(0, 250).map(({ closed }) => closed))
    const client = connect()
    client.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'x' })
    expect((await client.next(T.REGISTER_RESPONSE)).payload).toMatchObject({ success: true })
  })
})
