import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { httpAsk, type HttpClient, httpClient } from '../../support/wire/http-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

describe('a session over plain HTTP', () => {
  test('HTTP-17 it is one like any other, with the capabilities that were asked for', async () => {
    const { base } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice', ['call_control'])
    const { body } = await alice.get('/debug/connections')
    expect(body['connections']).toMatchObject([
      { username: 'alice', capabilities: ['resume', 'call_control'] },
    ])
    expect((await alice.get('/users')).body['connectedUsers']).toEqual(['alice'])
    const without = await httpAsk(`${base}/api/events`, 'GET', undefined, {
      authorization: `Bearer ${alice.token}`,
    })
    expect(without).toMatchObject({ status: 401, body: { error: 'unknown_session' } })
    const bob = await httpClient(base, 'bob')
    const stolen = { ...bob.headers, session: alice.sessionToken }
    expect(await httpAsk(`${base}/api/events?wait_secs=0`, 'GET', undefined, stolen)).toMatchObject({
      status: 401,
      body: { error: 'unknown_session' },
    })
  })

  test('HTTP-18 HTTP-19 a poll waits for what comes, acknowledges, and is told the last state once', async () => {
    const { base } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice', ['call_control'])
    expect(await alice.events(0, 0)).toEqual({ events: [], news: [], last: 0 })

    const waiting = alice.events(0)
    const bob = await httpClient(base, 'bob', ['call_control'])
    const came = await waiting
    expect(came.news).toMatchObject([{ type: 'USER_STATE_UPDATE', username: 'bob', state: 'Available' }])
    expect((await alice.events(0, 0)).news).toEqual([])

    const called = await alice.post('/api/call/initiate', { to_username: 'bob' })
    const { call_id } = called.body
    const rung = await bob.events(0)
    expect(rung.events).toMatchObject([
      { type: 'CALL_NOTIFICATION', call_id, from_username: 'alice', seq: 1 },
    ])
    // What was not acknowledged is told again, and not after that.
    expect((await bob.events(0, 0)).events).toHaveLength(1)
    expect((await bob.events(1, 0)).events).toEqual([])
    const lost = await bob.get('/api/events?after=0&wait_secs=0')
    expect(lost).toMatchObject({ status: 410, body: { error: 'events_lost' } })
    expect(await bob.get('/api/events?after=99&wait_secs=0')).toMatchObject({ status: 400 })
  })

  test('HTTP-18 a poll goes on waiting while the session asks something else, and while nothing happens', async () => {
    const { base, connect } = await startHttpDaemon(ends, { heartbeat: { interval_ms: 50 } })
    const alice = await httpClient(base, 'alice', ['call_control'])
    const bob = await httpClient(base, 'bob', ['call_control'])
    await bob.events(0, 0)
    const waiting = bob.events(0, 60)
    await bob.post('/api/messages', { type: 'USER_LIST_REQUEST' })
    // The server sends HEARTBEAT where nothing is said, as this connection is told. The second time all had their turn.
    const native = connect()
    await native.next(T.HEARTBEAT)
    await native.next(T.HEARTBEAT)
    await alice.post('/api/call/initiate', { to_user_id: bob.userId })
    expect((await waiting).events).toMatchObject([{ type: 'CALL_NOTIFICATION' }])
  })

  test('HTTP-20 the same comes as a stream, which goes on after an interruption', async () => {
    const { base, httpPort } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice', ['call_control'])
    const bob = await httpClient(base, 'bob', ['call_control'])
    const head = (extra = '') =>
      `GET /api/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${bob.token}\r\nSession: ${bob.sessionToken}\r\nAccept: text/event-stream\r\n${extra}\r\n`
    const stream = rawHttp(httpPort, head())
    ends.push(() => stream.socket.destroy())
    await stream.until('text/event-stream')
    const { body } = await alice.post('/api/call/initiate', { to_user_id: bob.userId })
    await stream.until('id: 1\nevent: CALL_NOTIFICATION\ndata: {')
    await stream.until('event: USER_STATE_UPDATE\ndata: {')
    expect(stream.received()).not.toMatch(/id: \d+\nevent: USER_STATE_UPDATE/)
    stream.socket.destroy()
    await alice.post('/api/call/end', { call_id: body['call_id'] })

    const again = rawHttp(httpPort, head('Last-Event-ID: 1\r\n'))
    ends.push(() => again.socket.destroy())
    await again.until('event: HANGUP')
    expect(again.received()).toContain('id: 2\nevent: HANGUP')
    expect(again.received()).not.toContain('CALL_NOTIFICATION')
  })

  test('HTTP-21 a second poll ends the first, and takes over what the first waited for', async () => {
    const { base } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice', ['call_control'])
    const bob = await httpClient(base, 'bob', ['call_control'])
    await bob.events(0, 0)
    await alice.events(0, 0)
    const first = bob.events(0)
    // The second one comes on another connection: it is there when the first has been let go.
    const second = bob.events(0)
    const ended = await Promise.race([first, second])
    expect(ended.events).toEqual([])
    await alice.post('/api/call/initiate', { to_user_id: bob.userId })
    const both = [await first, await second]
    expect(both.flatMap(({ events }) => events)).toMatchObject([{ type: 'CALL_NOTIFICATION' }])
  })

  test('HTTP-22 any message is taken, and its answers have the code of the first error', async () => {
    const { base } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice')
    const listed = await alice.post('/api/messages', {
      type: 'USER_LIST_REQUEST',
      limit: 1,
      request_id: 'mine',
    })
    expect(listed).toMatchObject({
      status: 200,
      body: { answers: [{ type: 'USER_LIST_RESPONSE', users: [{ username: 'alice' }], request_id: 'mine' }] },
    })
    const refused = await alice.post('/api/messages', { type: 'CALL_REQUEST', to_user_id: 'nobody' })
    expect(refused).toMatchObject({
      status: 404,
      body: { answers: [{ type: 'ERROR', reason: 'user_not_found' }] },
    })
    expect(refused.body['answers']).not.toMatchObject([{ request_id: expect.anything() }])
    expect(await alice.post('/api/messages', { type: 'NOTHING' })).toMatchObject({
      status: 400,
      body: { error: 'unknown_type' },
    })
    expect(await alice.post('/api/messages', { to_user_id: 'x' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_field' },
    })
    const { events } = await alice.events(0, 0)
    expect(events).toMatchObject([{ type: 'ERROR', reason: 'user_not_found', seq: 1 }])
    expect(events).not.toMatchObject([{ request_id: expect.anything() }])
  })

  test('HTTP-22 a request_id that is none is refused in the answer', async () => {
    const { base } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice')
    await alice.events(0, 0)
    for (const request_id of [5, null, true, {}, 'x'.repeat(65)]) {
      const asked = await alice.post('/api/messages', { type: 'USER_LIST_REQUEST', request_id })
      expect(asked).toMatchObject({ status: 400, body: { answers: [{ reason: 'invalid_field' }] } })
    }
    expect((await alice.events(0, 0)).news).toEqual([])
  })

  test('HTTP-21 HEAD does not listen in the place of another', async () => {
    const { base } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice')
    await alice.events(0, 0)
    const waiting = alice.events(0)
    const head = await fetch(`${base}/api/events?wait_secs=0`, { method: 'HEAD', headers: alice.headers })
    expect(head.status).toBe(404)
    await httpClient(base, 'bob')
    expect((await waiting).news).toMatchObject([{ username: 'bob' }])
  })

  test('HTTP-23 who listens is there, even one that has sent HEARTBEAT once', async () => {
    const { base } = await startHttpDaemon(ends, { security: { session_timeout_secs: 1 } })
    const alice = await httpClient(base, 'alice')
    await alice.post('/api/messages', { type: 'HEARTBEAT', timestamp: 1 })
    await alice.events(0, 0)
    expect(await alice.events(0, 3)).toEqual({ events: [], news: [], last: 0 })
    expect((await alice.post('/api/users/heartbeat')).headers.get('session')).toBeNull()
  })

  test('HTTP-23 who listens behind another request of the connection is gone with it', async () => {
    const { base, httpPort } = await startHttpDaemon(ends, { security: { session_timeout_secs: 1 } })
    const alice = await httpClient(base, 'alice')
    const bob = await httpClient(base, 'bob')
    const carol = await httpClient(base, 'carol')
    const listen = ({ headers }: HttpClient, accept: string) =>
      `GET /api/events HTTP/1.1\r\nHost: a\r\nAccept: ${accept}\r\n` +
      `Authorization: ${headers['authorization'] ?? ''}\r\nSession: ${headers['session'] ?? ''}\r\n\r\n`
    await Promise.all([alice.events(0, 0), bob.events(0, 0)])
    const { socket } = rawHttp(httpPort, listen(alice, '*/*') + listen(bob, 'text/event-stream'))
    await carol.get('/users')
    await carol.get('/users')
    socket.destroy()
    const connected = async () => (await carol.get('/users')).body['connectedUsers']
    while (JSON.stringify(await connected()) !== '["carol"]') await carol.events(0, 1)
  })

  test('HTTP-23 a session is taken up again once, by whichever of its tokens it is asked for', async () => {
    const { base } = await startHttpDaemon(ends, { security: { session_timeout_secs: 1 } })
    const alice = await httpClient(base, 'alice')
    const away = async () => {
      while ((await alice.get('/users')).body['connectedUsers']?.toString() !== '')
        await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await away()
    const renewed = String((await alice.post('/api/users/heartbeat')).headers.get('session'))
    await away()
    const asked = await Promise.all(
      [alice.sessionToken, renewed, alice.sessionToken, renewed].map((session) =>
        httpAsk(`${alice.base}/api/users/heartbeat`, 'POST', undefined, { ...alice.headers, session }),
      ),
    )
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(new Set(asked.map(({ headers }) => headers.get('session'))).size).toBe(1)
  })

  test('HTTP-24 one that was cut off for flooding goes on after the ban', async () => {
    const { base } = await startHttpDaemon(ends, {
      security: { max_requests_per_minute: 60 },
      rate_limits: { max_score: 5, ban_secs: 1 },
    })
    const alice = await httpClient(base, 'alice')
    let status = 200
    let reason: unknown
    for (let asked = 0; asked < 200 && reason !== 'flooding'; asked += 1) {
      const answer = await alice.post('/api/messages', { type: 'HEARTBEAT', timestamp: asked })
      status = answer.status
      reason = answer.body['error']
    }
    expect({ status, reason }).toEqual({ status: 429, reason: 'flooding' })
    expect(await alice.get('/health')).toMatchObject({ status: 429, body: { error: 'address_banned' } })
    while ((await alice.get('/health')).status !== 200)
      await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await alice.post('/api/users/heartbeat')).status).toBe(200)
  })

  test('HTTP-23 who does not ask is away, and goes on by asking again', async () => {
    const { base } = await startHttpDaemon(ends, { security: { session_timeout_secs: 1 } })
    const alice = await httpClient(base, 'alice', ['call_control'])
    const bob = await httpClient(base, 'bob', ['call_control'])
    const { body } = await alice.post('/api/call/initiate', { to_user_id: bob.userId })
    await bob.post('/api/call/accept', { call_id: body['call_id'] })
    let last = 0
    const seen: unknown[] = []
    // Bob asks nothing any more; Alice listens, so that she is there.
    while (!seen.includes('PEER_STATE')) {
      const { events, last: now } = await alice.events(last)
      last = now
      seen.push(...events.map(({ type }) => type))
    }
    const back = await bob.post('/api/users/heartbeat')
    expect(back.status).toBe(200)
    expect(back.headers.get('session')).toEqual(expect.any(String))
    const missed = await bob.get('/api/signal/status?call_id=' + String(body['call_id']))
    expect(missed.body).toMatchObject({ state: 'incall' })
    const { events } = await alice.events(last)
    expect(events).toMatchObject([{ type: 'PEER_STATE', state: 'connected' }])
    // Both tokens are good.
    const renewed = { ...bob.headers, session: back.headers.get('session') ?? '' }
    expect((await httpAsk(`${base}/api/events?wait_secs=0`, 'GET', undefined, renewed)).status).toBe(200)
    expect((await bob.get('/api/events?wait_secs=0')).status).toBe(200)
  })

  test('HTTP-24 a session ends by logging out, or tells why it has ended', async () => {
    const { base, connect } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice')
    await alice.events(0, 0)
    const waiting = alice.get('/api/events?wait_secs=25')
    const client = connect()
    client.send(T.LOGIN_REQUEST, { token: alice.token })
    await client.next(T.LOGIN_RESPONSE)
    expect(await waiting).toMatchObject({ status: 409, body: { error: 'session_replaced' } })
    const bob = await httpClient(base, 'bob')
    const left = await httpAsk(`${base}/api/session`, 'DELETE', undefined, bob.headers)
    expect(left).toMatchObject({ status: 200, body: { message: 'Logged out' } })
    expect(await bob.get('/api/events')).toMatchObject({ status: 401, body: { error: 'unknown_session' } })
    expect((await bob.get('/users')).body['connectedUsers']).toEqual(['alice'])
  })

  test('HTTP-25 a session goes from HTTP to TCP and back', async () => {
    const { base, connect } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice', ['call_control'])
    const bob = await httpClient(base, 'bob', ['call_control'])
    await alice.post('/api/call/initiate', { to_user_id: bob.userId })
    const client = connect()
    client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['resume', 'call_control'] })
    client.send(T.RESUME, { session_token: bob.sessionToken, last_seq: 0 })
    const resumed = await client.next(T.RESUMED)
    expect(resumed.payload).toMatchObject({ replayed: 1, call: { phase: 'ringing' } })
    expect((await client.next(T.CALL_NOTIFICATION)).payload).toMatchObject({ from_username: 'alice', seq: 1 })
    expect(await bob.get('/api/events')).toMatchObject({ status: 409, body: { error: 'session_resumed' } })
    await client.close()
    const token = String(resumed.payload['session_token'])
    const headers = { ...bob.headers, session: token }
    const back = await httpAsk(`${base}/api/events?after=0&wait_secs=0`, 'GET', undefined, headers)
    expect(back.body['events']).toMatchObject([{ type: 'CALL_NOTIFICATION', seq: 1 }])
  })

  unlessSplit('limits')('HTTP-26 sessions over HTTP take places as connections do', async () => {
    const { base } = await startHttpDaemon(ends, { server: { max_connections_per_address: 1 } })
    await httpClient(base, 'alice')
    const credentials = { username: 'bob', password: 'x' }
    // A registration needs a place for a moment.
    expect(await httpAsk(`${base}/api/users/register`, 'POST', credentials)).toMatchObject({
      status: 429,
      body: { error: 'too_many_connections' },
    })
    const metrics = await (await fetch(`${base}/metrics`)).text()
    expect(metrics).toMatch(/^roomrtc_refusals_total\{reason="too_many_connections"\} 1$/m)
  })

  test('HTTP-26 requests beyond those that may wait for each other are refused', async () => {
    const { base } = await startHttpDaemon(ends)
    const alice = await httpClient(base, 'alice')
    const asked = await Promise.all(
      Array.from({ length: 80 }, () => alice.post('/api/messages', { type: 'USER_LIST_REQUEST', limit: 1 })),
    )
    const codes = new Set(asked.map(({ status }) => status))
    expect(codes).toContain(200)
    const refused = asked.find(({ status }) => status === 429)
    if (refused !== undefined) expect(refused.body).toMatchObject({ error: 'too_many_at_once' })
  })
})
