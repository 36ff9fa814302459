import { describe, expect, test } from 'vitest'
import { openWebSocketStream } from '../../../bench/shared/web-socket-stream.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { httpAsk, type HttpClient, httpClient } from '../../support/wire/http-client.ts'
import { logIn, RawClient } from '../../support/wire/raw-client.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

type Framed = Parameters<typeof logIn>[0]

async function enter(client: Framed, username: string): Promise<string> {
  client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ROOM_CAPABILITIES })
  await client.next(T.WELCOME)
  return logIn(client, username)
}

const board = { id: 'board', name: 'The board', invite_only: true }

/** Alice, bob and carol over plain HTTP, with a room for the invited alone. */
async function threePeople(rooms: object = {}) {
  const house = await startHttpDaemon(ends, { rooms: { permanent: [board], ...rooms } })
  const people = (name: string) => httpClient(house.base, name)
  return { ...house, alice: await people('alice'), bob: await people('bob'), carol: await people('carol') }
}

const refusal = (status: number, error: string) => ({ status, body: { error } })

const member = (client: HttpClient, username: string, change: object = {}) => ({
  user_id: client.userId,
  username,
  nickname: username,
  audio_muted: false,
  video_muted: false,
  state: 'connected',
  ...change,
})

describe('rooms by plain requests', () => {
  test('HTTP-37 HTTP-29 ROOM-4 ROOM-8 members over HTTP, TCP and WebSocket signal to each other', async () => {
    const { base, httpPort, connect } = await startHttpDaemon(ends)
    const native = connect()
    const nativeId = await enter(native, 'native')
    native.send(T.ROOM_JOIN, { room_id: 'voice' })
    await native.next(T.ROOM_JOINED)

    const plain = await httpClient(base, 'plain')
    const joined = await plain.post('/api/rooms/voice/join', { nickname: 'Plain' })
    expect(joined).toMatchObject({
      status: 200,
      body: { room_id: 'voice', mode: 'mesh', max_members: 10, members: [{ user_id: nativeId }] },
    })
    const own = { user_id: plain.userId, nickname: 'Plain' }
    expect((await native.next(T.ROOM_MEMBER)).payload).toMatchObject({ event: 'joined', member: own })

    const browser = new RawClient(
      await openWebSocketStream(`ws://127.0.0.1:${httpPort}/ws`, 'roomrtc.json', {}),
    )
    ends.push(() => browser.close())
    const browserId = await enter(browser, 'browser')
    browser.send(T.ROOM_JOIN, { room_id: 'voice' })
    expect((await browser.next(T.ROOM_JOINED)).payload['members']).toMatchObject([{ user_id: nativeId }, own])
    const heard = await plain.events(1)
    expect(heard.events).toMatchObject([
      { type: 'ROOM_MEMBER', event: 'joined', member: { user_id: browserId } },
    ])

    const sdp = 'v=0\r\ns="/\\ é😀\u2028\r\n'
    const call_id = 'voice'
    const candidate = {
      candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host',
      sdp_mid: '0',
      sdp_mline_index: 0,
    }
    for (const [other, to_user_id] of [
      [native, nativeId],
      [browser, browserId],
    ] as const) {
      const from = { call_id, from_user_id: plain.userId, to_user_id }
      expect((await plain.post('/api/signal/offer', { call_id, to_user_id, sdp })).status).toBe(202)
      expect((await other.next(T.SDP_OFFER)).payload).toMatchObject({ ...from, sdp })
      expect((await plain.post('/api/signal/ice', { call_id, to_user_id, ...candidate })).status).toBe(202)
      expect((await other.next(T.ICE_CANDIDATE)).payload).toMatchObject({ ...from, ...candidate })
      other.send(T.SDP_ANSWER, { call_id, to_user_id: plain.userId, sdp })
    }
    await expect
      .poll(async () => (await plain.events(2)).events)
      .toMatchObject([
        { type: 'SDP_ANSWER', from_user_id: nativeId, sdp },
        { type: 'SDP_ANSWER', from_user_id: browserId, sdp },
      ])
    for (const to_user_id of ['nobody', plain.userId])
      expect(await plain.post('/api/signal/offer', { call_id, to_user_id, sdp })).toMatchObject(
        refusal(404, 'not_room_member'),
      )
    expect((await plain.post('/api/signal/offer', { call_id, sdp })).status).toBe(400)
    expect(
      await plain.post('/api/signal/offer', { call_id: 'other', to_user_id: nativeId, sdp }),
    ).toMatchObject(refusal(404, 'call_not_found'))

    expect(await plain.post('/api/rooms/voice/leave')).toMatchObject({ status: 200, body: {} })
    expect((await native.next(T.ROOM_MEMBER)).payload).toMatchObject({ member: { user_id: browserId } })
    expect((await native.next(T.ROOM_MEMBER)).payload).toMatchObject({
      event: 'left',
      reason: 'left',
      member: own,
    })
    expect(await plain.post('/api/signal/offer', { call_id, to_user_id: nativeId, sdp })).toMatchObject(
      refusal(404, 'call_not_found'),
    )
  })

  test('HTTP-36 rooms are listed a page at a time, and one is told of, for whoever may see it', async () => {
    const { base, alice, bob, carol } = await threePeople()
    for (const [client, id] of [
      [alice, 'voice'],
      [bob, 'attic'],
    ] as const)
      await client.post(`/api/rooms/${id}/join`)
    const about = { max_members: 10, invite_only: false, members: 1 }
    const [attic, voice] = ['attic', 'voice'].map((id) => ({ room_id: id, name: id, ...about }))
    // A token is enough.
    const bearer = { authorization: `Bearer ${carol.token}` }
    const ask = (path: string, method = 'GET') => httpAsk(`${base}${path}`, method, undefined, bearer)
    expect((await ask('/api/rooms')).body).toEqual({ rooms: [attic, voice] })
    expect((await ask('/api/rooms?limit=1')).body).toEqual({ rooms: [attic], next_cursor: 'attic' })
    expect((await ask('/api/rooms?cursor=attic&limit=1')).body).toEqual({ rooms: [voice] })
    for (const query of ['limit=0', 'limit=101', 'limit=x', `cursor=${'x'.repeat(65)}`])
      expect(await ask(`/api/rooms?${query}`)).toMatchObject(refusal(400, 'invalid_field'))
    expect(await httpAsk(`${base}/api/rooms`, 'GET')).toMatchObject(refusal(401, 'token_required'))

    for (const method of ['GET', 'POST'])
      expect((await ask('/api/rooms/voice/info', method)).body).toEqual({
        ...voice,
        mode: 'mesh',
        members: [member(alice, 'alice')],
        owner_user_id: alice.userId,
      })
    expect(await ask('/api/rooms/cellar/info')).toMatchObject(refusal(404, 'room_not_found'))
    for (const id of ['no%20room', 'x'.repeat(65), '%F0%9F%98%80', '..%2Fvoice'])
      expect(await ask(`/api/rooms/${id}/info`)).toMatchObject(refusal(400, 'invalid_room_id'))
    expect(await httpAsk(`${base}/api/rooms/voice/info`, 'GET')).toMatchObject(refusal(401, 'token_required'))
  })

  test('HTTP-37 ROOM-5 ROOM-10 a member updates itself, invites, and who is invited comes in', async () => {
    const { alice, bob, carol } = await threePeople()
    await alice.post('/api/rooms/voice/join')
    await bob.post('/api/rooms/voice/join')
    const done = { status: 200, body: {} }
    const change = { nickname: 'Bob at home', audio_muted: true }
    expect(await bob.post('/api/rooms/voice/update', change)).toMatchObject(done)
    expect((await alice.events(2)).events).toMatchObject([
      { type: 'ROOM_MEMBER', event: 'updated', member: member(bob, 'bob', change) },
    ])
    expect(await bob.post('/api/rooms/voice/update')).toMatchObject(refusal(400, 'invalid_field'))
    expect(await bob.post('/api/rooms/voice/invite', { to_user_id: carol.userId })).toMatchObject(done)
    const invited = (await carol.events(0)).events
    expect(invited).toMatchObject([{ type: 'ROOM_INVITED', room_id: 'voice', from_username: 'bob' }])
    const joined = await carol.post('/api/rooms/voice/join', { invite: invited[0]?.['invite'] })
    expect(joined.body).toEqual({
      room_id: 'voice',
      name: 'voice',
      mode: 'mesh',
      max_members: 10,
      invite_only: false,
      members: [member(alice, 'alice'), member(bob, 'bob', change)],
      owner_user_id: alice.userId,
    })
    expect(await bob.post('/api/rooms/voice/invite', { to_user_id: 'nobody' })).toMatchObject(
      refusal(404, 'user_not_found'),
    )
    expect(await bob.post('/api/rooms/voice/invite', {})).toMatchObject(refusal(400, 'invalid_field'))
  })

  test('HTTP-37 ROOM-7 ROOM-12 who made the room removes and closes, nobody else', async () => {
    const { alice, bob, carol } = await threePeople()
    await alice.post('/api/rooms/voice/join')
    await bob.post('/api/rooms/voice/join')
    const of = { user_id: bob.userId }
    for (const client of [bob, carol]) {
      expect(await client.post('/api/rooms/voice/remove', of)).toMatchObject(refusal(403, 'not_room_owner'))
      expect(await client.post('/api/rooms/voice/close')).toMatchObject(refusal(403, 'not_room_owner'))
    }
    expect(await carol.post('/api/rooms/voice/leave')).toMatchObject(refusal(404, 'not_room_member'))
    expect(await alice.post('/api/rooms/voice/remove', of)).toMatchObject({ status: 200, body: {} })
    const heard = await bob.events(1)
    expect(heard.events.at(-1)).toMatchObject({ type: 'ROOM_LEFT', room_id: 'voice', reason: 'removed' })
    expect(await alice.post('/api/rooms/voice/remove', of)).toMatchObject(refusal(404, 'not_room_member'))
    await bob.post('/api/rooms/voice/join')
    expect(await alice.post('/api/rooms/voice/close')).toMatchObject({ status: 200, body: {} })
    expect((await bob.events(heard.last)).events).toMatchObject([
      { type: 'ROOM_JOINED', members: [{ username: 'alice' }] },
      { type: 'ROOM_LEFT', room_id: 'voice', reason: 'closed' },
    ])
    expect((await alice.get('/api/rooms')).body).toEqual({ rooms: [] })
    for (const verb of ['leave', 'close'])
      expect(await alice.post(`/api/rooms/voice/${verb}`)).toMatchObject(refusal(404, 'room_not_found'))
  })

  test('HTTP-37 ROOM-1 ROOM-2 ROOM-3 ROOM-13 what a room refuses it refuses here too', async () => {
    const { base, alice, bob, carol } = await threePeople({ max_members: 2, max_rooms: 1 })
    expect(await alice.post('/api/rooms/no%20room/join')).toMatchObject(refusal(400, 'invalid_room_id'))
    expect(await alice.post('/api/rooms/voice/join', { nickname: '' })).toMatchObject(
      refusal(400, 'invalid_field'),
    )
    expect((await alice.post('/api/rooms/voice/join')).status).toBe(200)
    expect(await alice.post('/api/rooms/voice/join')).toMatchObject(refusal(409, 'already_in_call'))
    const dave = await httpClient(base, 'dave')
    expect((await dave.post('/api/rooms/voice/join')).status).toBe(200)
    expect(await bob.post('/api/rooms/voice/join')).toMatchObject(refusal(409, 'room_full'))
    expect(await bob.post('/api/rooms/attic/join')).toMatchObject(refusal(429, 'room_limit'))
    expect(await bob.post('/api/rooms/board/join')).toMatchObject(refusal(403, 'invite_required'))
    expect(await bob.get('/api/rooms/board/info')).toMatchObject(refusal(404, 'room_not_found'))
    expect(await bob.post('/api/call/initiate', { to_username: 'alice' })).toMatchObject(
      refusal(409, 'callee_busy'),
    )
    const bearer = { authorization: `Bearer ${carol.token}` }
    expect(await httpAsk(`${base}/api/rooms/voice/join`, 'POST', {}, bearer)).toMatchObject(
      refusal(401, 'unknown_session'),
    )
    const erin = await httpClient(base, 'erin', ['call_control'])
    expect(await erin.post('/api/rooms/voice/join')).toMatchObject(refusal(400, 'not_negotiated'))
  })

  test('HTTP-35 ROOM-14 ROOM-2 the server says what it is called, and its label stands before the ids', async () => {
    const server = { name: 'techial.example.com', icon_url: 'https://techial.example.com/icon.png' }
    const named = await startHttpDaemon(ends, { server })
    expect((await httpAsk(`${named.base}/api/server`, 'GET')).body).toEqual({
      ...server,
      registration: 'open',
    })
    const alice = await httpClient(named.base, 'alice')
    expect((await alice.post('/api/rooms/voice/join')).body).toMatchObject({ room_id: 'techial_voice' })
    for (const id of ['voice', 'techial_voice'])
      expect((await alice.get(`/api/rooms/${id}/info`)).body).toMatchObject({ room_id: 'techial_voice' })
    expect((await alice.post('/api/rooms/techial_voice/leave')).status).toBe(200)
    const plain = await startHttpDaemon(ends)
    expect((await httpAsk(`${plain.base}/api/server`, 'GET')).body).toEqual({
      name: '',
      icon_url: '',
      registration: 'open',
    })
  })
})
