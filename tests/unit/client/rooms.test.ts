import { type Client, type RoomRtcError, type Signal } from 'roomrtc-client'
import { type Member, type Room, roomsOf } from 'roomrtc-client/rooms'
import { expect, it } from 'vitest'
import { aliceIn, breakLine, resume, settled, welcome } from '../../support/client/fake-client.ts'
import type { FakeWorld } from '../../support/client/fake-world.ts'

const CAPABILITIES = ['resume', 'rooms']
const voice = { room_id: 'voice', name: 'voice', mode: 'mesh', max_members: 10, invite_only: false }
const offer: Signal = { kind: 'offer', sdp: 'v=0' }

function member(name: string, more: object = {}): object {
  const told = { user_id: name, username: name, nickname: name, audio_muted: false, video_muted: false }
  return { ...told, state: 'connected', ...more }
}

/** alice in the room with those who came before her. */
async function inside(
  ...others: readonly object[]
): Promise<{ world: FakeWorld; client: Client; room: Room }> {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const joining = roomsOf(client).join('voice')
  const { request_id } = world.line.takeOne('ROOM_JOIN')
  world.line.say('ROOM_JOINED', { ...voice, members: others, request_id, seq: 1 })
  return { world, client, room: await joining }
}

function told(world: FakeWorld, seq: number, event: string, who: object, more: object = {}): void {
  world.line.say('ROOM_MEMBER', { room_id: 'voice', event, member: who, seq, ...more })
}

/** What the room tells, in order. */
function hear(room: Room): unknown[] {
  const heard: unknown[] = []
  for (const event of ['joined', 'updated', 'reconnecting', 'connected'] as const) {
    room.on(event, ({ id, offers }: Member) => heard.push([event, id, offers]))
  }
  room.on('left', ({ member: { id }, reason }) => heard.push(['left', id, reason]))
  room.on('resumed', () => heard.push('resumed'))
  room.on('ended', ({ reason }) => heard.push(['ended', reason]))
  return heard
}

/** The connection breaks, comes back, and tells what was missed. */
async function comeBack(
  world: FakeWorld,
  missed: readonly [string, object][],
  room: object | null,
  more: object = {},
) {
  breakLine(world)
  world.pass(30_000)
  await welcome(world, CAPABILITIES)
  resume(world, { replayed: missed.length, room, ...more })
  for (const [type, payload] of missed) world.line.say(type, payload)
}

it('PKG-42 signals that come before there is a listener wait for one, but for those of who has left', async () => {
  const { world, room } = await inside()
  told(world, 2, 'joined', member('bob'))
  told(world, 3, 'joined', member('carol'))
  for (const [seq, from_user_id] of [
    [4, 'bob'],
    [5, 'carol'],
  ]) {
    world.line.say('SDP_OFFER', { call_id: 'voice', from_user_id, to_user_id: 'a', sdp: 'v=0', seq })
  }
  told(world, 6, 'left', member('carol'), { reason: 'left' })
  const heard: unknown[] = []
  room.on('signal', ({ from, signal }) => heard.push([from.id, signal]))
  expect(heard).toEqual([['bob', offer]])
})

it('PKG-42 signals for a member who is away wait for it, behind those that the server holds no more', async () => {
  const { world, room } = await inside(member('bob'), member('carol'))
  const sent = () =>
    world.line
      .take()
      .map(({ type, payload }) => [type, Reflect.get(payload, 'to_user_id'), Reflect.get(payload, 'sdp')])
  room.signal('bob', { kind: 'offer', sdp: 'first' })
  const { request_id } = world.line.takeOne('SDP_OFFER')
  told(world, 2, 'reconnecting', member('bob', { state: 'reconnecting' }))
  room.signal('bob', { kind: 'offer', sdp: 'second' })
  room.signal('carol', { kind: 'offer', sdp: 'hers' })
  world.line.say('ERROR', {
    code: 429,
    message: 'full',
    reason: 'room_limit',
    in_reply_to: 13,
    request_id,
    seq: 3,
  })
  expect(sent()).toEqual([['SDP_OFFER', 'carol', 'hers']])
  told(world, 4, 'connected', member('bob'))
  expect(sent()).toEqual([
    ['SDP_OFFER', 'bob', 'first'],
    ['SDP_OFFER', 'bob', 'second'],
  ])
})

it('PKG-42 signals for who is not in the room, or has left meanwhile, are dropped', async () => {
  const { world, room, client } = await inside(member('bob', { state: 'reconnecting' }))
  const refusals: RoomRtcError[] = []
  client.on('refusal', (error) => refusals.push(error))
  room.signal('carol', offer)
  room.signal('bob', offer)
  told(world, 2, 'left', member('bob', { state: 'reconnecting' }), { reason: 'session_ended' })
  told(world, 3, 'joined', member('bob'))
  expect(world.line.take()).toEqual([])
  room.signal('bob', offer)
  const { request_id } = world.line.takeOne('SDP_OFFER')
  const error = { code: 404, message: 'gone', reason: 'not_room_member', in_reply_to: 13 }
  world.line.say('ERROR', { ...error, request_id, seq: 4 })
  expect(refusals).toEqual([])
})

it('PKG-43 what was missed is told in order, and who is there is what the server says', async () => {
  const { world, room } = await inside(member('bob'), member('carol'), member('dave'))
  const heard = hear(room)
  const missed: [string, object][] = [
    ['ROOM_MEMBER', { room_id: 'voice', event: 'left', member: member('bob'), reason: 'left', seq: 2 }],
    ['ROOM_MEMBER', { room_id: 'voice', event: 'joined', member: member('bob'), seq: 3 }],
  ]
  const members = [member('carol', { nickname: 'Carol' }), member('bob'), member('erin')]
  await comeBack(world, missed, { ...voice, members })
  expect(heard).toEqual([
    ['left', 'bob', 'left'],
    ['joined', 'bob', 'peer'],
    ['left', 'dave', 'left'],
    ['updated', 'carol', 'me'],
    ['joined', 'erin', 'peer'],
    'resumed',
  ])
  expect([...room.members].map(({ nickname }) => nickname)).toEqual(['Carol', 'bob', 'erin'])
})

it.each(['removed', 'closed'])('PKG-44 who is away while it is %s hears just that', async (reason) => {
  const { world, client, room } = await inside(member('bob'))
  const heard = hear(room)
  await comeBack(world, [['ROOM_LEFT', { room_id: 'voice', reason, seq: 2 }]], null)
  expect([heard, roomsOf(client).current]).toEqual([[['ended', reason]], undefined])
})

it('PKG-44 a room that the server does not know any more ends with `lost`', async () => {
  const { world, room } = await inside(member('bob'))
  await comeBack(world, [], null)
  expect(room.state).toEqual({ name: 'ended', reason: 'lost' })
})

it('PKG-45 who does not want to enter any more is not in the room, and may enter it anew at once', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const stop = new AbortController()
  const rooms = roomsOf(client)
  const joining = rooms.join('voice', { signal: stop.signal })
  stop.abort()
  await expect(joining).rejects.toMatchObject({ code: 'aborted' })
  const again = rooms.join('voice')
  const sent = world.line.take()
  expect(sent.map(({ type }) => type)).toEqual(['ROOM_JOIN', 'ROOM_LEAVE', 'ROOM_JOIN'])
  const [first, , third] = sent.map(({ payload }): unknown => Reflect.get(payload, 'request_id'))
  world.line.say('ROOM_JOINED', { ...voice, members: [], request_id: first, seq: 1 })
  world.line.say('ROOM_LEFT', { room_id: 'voice', reason: 'left', seq: 2 })
  world.line.say('ROOM_JOINED', { ...voice, members: [], request_id: third, seq: 3 })
  expect(rooms.current).toBe(await again)
  expect(world.line.take()).toEqual([])
})

it('PKG-45 a room that was entered after all, from another one, is left', async () => {
  const { world, client, room } = await inside()
  const stop = new AbortController()
  const joining = roomsOf(client).join('board', { signal: stop.signal })
  const { request_id } = world.line.takeOne('ROOM_JOIN')
  stop.abort()
  await expect(joining).rejects.toMatchObject({ code: 'aborted' })
  // From the one that it is in it does not go away by that.
  expect(world.line.take()).toEqual([])
  world.line.say('ROOM_LEFT', { room_id: 'voice', reason: 'closed', seq: 2 })
  world.line.say('ROOM_JOINED', { ...voice, room_id: 'board', members: [], request_id, seq: 3 })
  expect(world.line.takeOne('ROOM_LEAVE')).toMatchObject({ room_id: 'board' })
  expect([room.state, roomsOf(client).current]).toEqual([{ name: 'ended', reason: 'closed' }, undefined])
})

it('PKG-45 who was let in and removed before it was told cannot enter', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const joining = roomsOf(client).join('voice')
  const missed: [string, object][] = [['ROOM_LEFT', { room_id: 'voice', reason: 'removed', seq: 1 }]]
  const outcome = expect(joining).rejects.toMatchObject({ code: 'closed', reason: 'removed' })
  breakLine(world)
  world.pass(5000)
  await welcome(world, CAPABILITIES)
  resume(world, { replayed: 1, room: null, received: 1 })
  for (const [type, payload] of missed) world.line.say(type, payload)
  await outcome
})

it('PKG-46 a room that was left while there was no connection is left when there is one', async () => {
  const { world, client, room } = await inside(member('bob'))
  world.line.take()
  breakLine(world)
  room.leave()
  expect(room.state).toEqual({ name: 'ended', reason: 'left' })
  world.pass(30_000)
  await welcome(world, CAPABILITIES)
  resume(world, { room: { ...voice, members: [member('bob')] }, received: 1 })
  await settled()
  const left = world.line.take().filter(({ type }) => type === 'ROOM_LEAVE')
  expect(left.length).toBeGreaterThan(0)
  const ids = left.map(({ payload }): unknown => Reflect.get(payload, 'request_id'))
  const refusals: RoomRtcError[] = []
  client.on('refusal', (error) => refusals.push(error))
  world.line.say('ERROR', {
    in_reply_to: 0x34,
    code: 404,
    message: 'no',
    reason: 'not_room_member',
    request_id: ids.at(-1),
    seq: 2,
  })
  expect(refusals).toEqual([])
})

it('PKG-12 without the capability nothing is asked', async () => {
  const { world, client } = await aliceIn({}, ['resume'])
  const rooms = roomsOf(client)
  await expect(rooms.join('voice')).rejects.toMatchObject({ code: 'wrong_state' })
  await expect(rooms.list()).rejects.toMatchObject({ code: 'wrong_state' })
  expect(world.line.take()).toEqual([])
})

it('PKG-17 of the signals for a member who is away 1,000 are kept, and the oldest go', async () => {
  const { world, room } = await inside(member('bob', { state: 'reconnecting' }))
  for (let i = 0; i < 1005; i += 1) room.signal('bob', { kind: 'offer', sdp: String(i) })
  told(world, 2, 'connected', member('bob'))
  const sent = world.line.take().filter(({ type }) => type === 'SDP_OFFER')
  expect([sent.length, Reflect.get(sent[0]?.payload ?? {}, 'sdp')]).toEqual([1000, '5'])
})
