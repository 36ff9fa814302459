import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { EventClient } from '../../support/wire/event-client.ts'
import { httpAsk, httpClient } from '../../support/wire/http-client.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'
import { upgradeTo } from '../../support/wire/upgrade.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

type Overrides = NonNullable<Parameters<typeof startHttpDaemon>[1]>

async function start(overrides: Overrides = {}, log?: Parameters<typeof startHttpDaemon>[2]) {
  const daemon = await startHttpDaemon(ends, overrides, log)
  const { base } = daemon
  const account = z.object({ token: z.string(), user_id: z.string() })

  const person = async (username: string) => {
    const credentials = { username, password: `password of ${username}` }
    await httpAsk(`${base}/api/users/register`, 'POST', credentials)
    return account.parse((await httpAsk(`${base}/auth/login`, 'POST', credentials)).body)
  }
  const door = (room: string, query: Record<string, string>, headers: Record<string, string> = {}) => {
    const url = `${base.replace('http', 'ws')}/ws/${room}?${String(new URLSearchParams(query))}`
    const client = new EventClient(url, { headers })
    ends.push(() => client.close())
    return client
  }
  /** Comes in, and gives what it is told first. */
  const enter = async (username: string, room = 'voice', more: Record<string, string> = {}) => {
    const { token, user_id: id } = await person(username)
    const client = door(room, { token, ...more })
    return { client, id, token, arrival: await client.next() }
  }
  /** One who speaks the whole protocol, in the room. */
  const native = async (room_id = 'voice') => {
    const client = daemon.connect()
    client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ROOM_CAPABILITIES })
    await client.next(T.WELCOME)
    const id = await logIn(client, 'native')
    client.send(T.ROOM_JOIN, { room_id })
    await client.next(T.ROOM_JOINED)
    return { client, id }
  }
  return { ...daemon, person, door, enter, native }
}

const member = (username: string, user_id: string) => ({
  user_id,
  username,
  nickname: username,
  audio_muted: false,
  video_muted: false,
  state: 'connected',
})

const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdp_mid: '0', sdp_mline_index: 0 }
const sdp = 'v=0\r\ns="/\\ é😀\u2028\r\n'

describe('the door of a room', () => {
  test('DOOR-1 DOOR-4 who comes is told who is there, and the others that it came and went', async () => {
    const { enter, native } = await start()
    const tcp = await native()
    const alice = await enter('alice', 'voice', { nickname: 'Alice at work' })
    expect(alice.arrival).toEqual({ type: 'members', members: [member('native', tcp.id)] })
    expect((await tcp.client.next(T.ROOM_MEMBER)).payload).toMatchObject({
      event: 'joined',
      member: { user_id: alice.id, username: 'alice', nickname: 'Alice at work' },
    })
    const bob = await enter('bob')
    expect(bob.arrival).toMatchObject({ members: [{ user_id: tcp.id }, { user_id: alice.id }] })
    expect(await alice.client.next()).toEqual({ type: 'joined', from: bob.id })
    bob.client.webSocket.close()
    expect(await alice.client.next()).toEqual({ type: 'left', from: bob.id })
    tcp.client.send(T.ROOM_UPDATE, { room_id: 'voice', audio_muted: true })
    tcp.client.send(T.ROOM_LEAVE, { room_id: 'voice' })
    expect(await alice.client.next()).toEqual({ type: 'left', from: tcp.id })
  })

  test('DOOR-1 it is below http.websocket_path, and hides nothing that is there besides', async () => {
    const { base, person } = await start({ http: { websocket_path: '/' } })
    const { token } = await person('alice')
    const client = new EventClient(`${base.replace('http', 'ws')}/voice?token=${token}`)
    ends.push(() => client.close())
    expect(await client.next()).toEqual({ type: 'members', members: [] })
    for (const path of ['/health', '/openapi.json', '/docs', '/app/'])
      expect((await fetch(`${base}${path}`)).status).toBe(200)
  })

  test('DOOR-2 ROOM-8 signals go to one or to all others, over every transport, with the true sender', async () => {
    const { base, enter, native } = await start()
    const tcp = await native()
    const plain = await httpClient(base, 'plain')
    await plain.post('/api/rooms/voice/join')
    const alice = await enter('alice')
    const bob = await enter('bob')
    expect(await alice.client.next()).toEqual({ type: 'joined', from: bob.id })

    const forged = { from: tcp.id, from_user_id: tcp.id, call_id: 'other', to_user_id: alice.id }
    alice.client.send({ type: 'offer', sdp, to: bob.id, ...forged })
    expect(await bob.client.next()).toEqual({ type: 'offer', from: alice.id, sdp })
    bob.client.send({ type: 'answer', sdp, to: alice.id })
    expect(await alice.client.next()).toEqual({ type: 'answer', from: bob.id, sdp })
    bob.client.send({ type: 'ice_candidate', ...candidate })
    expect(await alice.client.next()).toEqual({ type: 'ice_candidate', from: bob.id, ...candidate })
    const fromBob = { call_id: 'voice', from_user_id: bob.id, ...candidate }
    expect((await tcp.client.next(T.ICE_CANDIDATE)).payload).toEqual({
      ...fromBob,
      to_user_id: tcp.id,
      seq: 5,
    })
    const heard = (await plain.events(0)).events.filter(({ type }) => type === 'ICE_CANDIDATE')
    expect(heard).toMatchObject([{ ...fromBob, to_user_id: plain.userId }])

    tcp.client.send(T.SDP_OFFER, { call_id: 'voice', to_user_id: alice.id, sdp })
    expect(await alice.client.next()).toEqual({ type: 'offer', from: tcp.id, sdp })
    await plain.post('/api/signal/answer', { call_id: 'voice', to_user_id: bob.id, sdp })
    expect(await bob.client.next()).toEqual({ type: 'answer', from: plain.userId, sdp })
    // Nothing comes back to who says something to all.
    expect([await alice.client.drain(), await bob.client.drain()]).toEqual([[], []])
  })

  test('DOOR-2 what is for all others is heard by those who are there, and by nobody where there is none', async () => {
    const { enter } = await start()
    const alice = await enter('alice')
    expect(alice.arrival).toEqual({ type: 'members', members: [] })
    alice.client.send({ type: 'offer', sdp: 'v=0 nobody' })
    expect(await alice.client.drain()).toEqual([])
    const bob = await enter('bob')
    await alice.client.next()
    for (const text of ['v=0 1', 'v=0 2']) alice.client.send({ type: 'offer', sdp: text })
    expect([await bob.client.next(), await bob.client.next()]).toMatchObject([
      { sdp: 'v=0 1' },
      { sdp: 'v=0 2' },
    ])
    await bob.client.close()
    expect(await alice.client.next()).toEqual({ type: 'left', from: bob.id })
    alice.client.send({ type: 'offer', sdp: 'v=0 nobody' })
    expect(await alice.client.drain()).toEqual([])
  })

  test.each([
    ['{"type":"offer"', 'invalid_json'],
    ['[1]', 'not_an_object'],
    ['{"sdp":"v=0"}', 'invalid_field'],
    ['{"type":"SDP_OFFER","sdp":"v=0"}', 'unknown_type'],
    ['{"type":"__proto__"}', 'unknown_type'],
    ['{"type":"offer","sdp":7}', 'invalid_field'],
    ['{"type":"offer","sdp":"v=0","to":null}', 'invalid_field'],
    ['{"type":"ice_candidate","candidate":"secret"}', 'invalid_field'],
    ['{"type":"offer","sdp":"v=0","to":"nobody"}', 'not_room_member'],
    [Buffer.from('{"type":"ping"}'), 'invalid_frame'],
  ])('DOOR-3 %s is an error, and the next event is heard', async (event, error) => {
    const { enter } = await start()
    const { client } = await enter('alice')
    client.send(event)
    const told = await client.next()
    expect(told).toEqual({ type: 'error', error, message: expect.any(String) })
    expect(JSON.stringify(told)).not.toContain('secret')
    client.send({ type: 'ping' })
    expect(await client.next()).toEqual({ type: 'pong' })
  })

  test('DOOR-4 who is removed, or whose room is closed, is told so and closed; its user is free again', async () => {
    const { base, enter } = await start()
    const owner = await httpClient(base, 'owner')
    await owner.post('/api/rooms/voice/join')
    const [alice, bob] = [await enter('alice'), await enter('bob')]
    await alice.client.next()
    expect((await owner.post('/api/rooms/voice/remove', { user_id: alice.id })).status).toBe(200)
    expect(await alice.client.next()).toEqual({ type: 'left', from: alice.id })
    await alice.client.closed
    expect(await bob.client.next()).toEqual({ type: 'left', from: alice.id })
    await owner.post('/api/rooms/voice/close')
    expect(await bob.client.next()).toEqual({ type: 'left', from: bob.id })
    await bob.client.closed
    await expect.poll(async () => (await owner.get('/debug/users')).body['users']).toHaveLength(1)
  })
})

describe('who is not let in', () => {
  const told = (error: string) => ({ type: 'error', error, message: expect.any(String) })

  test('DOOR-5 is told why, and closed', async () => {
    const { door, person, enter } = await start({ rooms: { max_members: 2 }, http: { allowed_origins: [] } })
    const { token } = await person('carol')
    const refused = async (client: EventClient) => [await client.next(), await client.closed]
    expect(await refused(door('voice', { token: 'no token' }))).toEqual([
      told('invalid_token'),
      { code: 4401, reason: 'invalid_token' },
    ])
    expect(await refused(door('no%20room', { token }))).toEqual([
      told('invalid_room_id'),
      { code: 4400, reason: 'invalid_room_id' },
    ])
    expect(await refused(door('', { token }))).toMatchObject([told('invalid_room_id'), { code: 4400 }])
    expect(await refused(door('voice', { token, nickname: '\n' }))).toMatchObject([
      told('invalid_field'),
      { code: 4400 },
    ])
    expect(await refused(door('voice', { token }, { origin: 'https://evil.example' }))).toEqual([
      told('forbidden_origin'),
      { code: 1008, reason: 'forbidden_origin' },
    ])
    const first = await enter('alice')
    await enter('bob')
    expect(await refused(door('voice', { token }))).toEqual([
      told('room_full'),
      { code: 4409, reason: 'room_full' },
    ])
    await first.client.close()
    const carol = door('voice', { token })
    expect(await carol.next()).toMatchObject({ type: 'members' })
    // One session a user.
    expect(await door('attic', { token }).next()).toEqual({ type: 'members', members: [] })
    expect(await carol.next()).toEqual(told('session_replaced'))
    expect(await carol.closed).toEqual({ code: 4409, reason: 'session_replaced' })
  })

  test('DOOR-5 a handshake without a token, or with a subprotocol, is answered by HTTP', async () => {
    const { httpPort } = await start()
    for (const [path, lines, status, error] of [
      ['/ws/voice', [], 401, 'token_required'],
      ['/ws/voice?token=', [], 401, 'token_required'],
      ['/ws/voice?token=x', ['Sec-WebSocket-Protocol: roomrtc.json'], 400, 'unknown_subprotocol'],
      ['/ws/voice/more?token=x', [], 404, 'not_found'],
    ] as const) {
      const offered = rawHttp(httpPort, upgradeTo(path, ...lines))
      await offered.closed
      expect(offered.received()).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`))
      expect(offered.received()).toContain(`"error":"${error}"`)
    }
  })

  test('DOOR-6 the token is in no log, and in a URL everywhere else it is refused', async () => {
    const { log, lines } = createSpyLog()
    const { base, door, enter } = await start({}, log)
    const { token } = await enter('alice')
    await door('voice', { token: `${token}x` }).closed
    expect(lines.map(({ message }) => message)).toContain('connection opened')
    expect(JSON.stringify(lines)).not.toContain(token)
    expect(await httpAsk(`${base}/ws/voice?token=${token}`, 'GET')).toMatchObject({
      status: 400,
      body: { error: 'token_in_query' },
    })
    expect(await httpAsk(`${base}/ws/voice`, 'GET')).toMatchObject({ status: 426 })
    for (const path of ['/api/rooms', '/api/rooms/voice/info'])
      expect(await httpAsk(`${base}${path}?token=${token}`, 'GET')).toMatchObject({ status: 400 })
  })
})

describe('limits', () => {
  test('DOOR-7 they are those of every connection: places, sizes, rates', async () => {
    const { door, enter, person } = await start({
      server: { max_connections_per_address: 2 },
      limits: { max_frame_bytes: 16_384, max_frame_bytes_before_login: 1024 },
      security: { max_requests_per_minute: 60 },
      rate_limits: { signals_per_minute: 60 },
    })
    const { token } = await person('carol')
    const [alice, bob] = [await enter('alice'), await enter('bob')]
    const third = door('voice', { token })
    expect(await third.next()).toMatchObject({ type: 'error', error: 'too_many_connections' })
    expect(await third.closed).toEqual({ code: 4429, reason: 'too_many_connections' })

    await alice.client.next()
    for (let sent = 0; sent < 200; sent += 1) alice.client.send({ type: 'ice_candidate', ...candidate })
    let event = await alice.client.next()
    expect(event).toMatchObject({ type: 'error', error: 'rate_limited', retry_after_ms: expect.any(Number) })
    while (event['error'] === 'rate_limited') event = await alice.client.next()
    expect(event).toMatchObject({ type: 'error', error: 'flooding' })
    expect(await alice.client.closed).toEqual({ code: 1008, reason: 'flooding' })

    bob.client.send({ type: 'offer', sdp: 'x'.repeat(20_000) })
    expect(await bob.client.closed).toEqual({ code: 1009, reason: 'frame_too_large' })
  })
})
