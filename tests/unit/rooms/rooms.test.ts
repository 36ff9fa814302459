import { beforeEach, describe, expect, test } from 'vitest'
import type { RoomRules } from '../../../src/application/room/room-rules.ts'
import { parseUserId, type UserId } from '../../../src/domain/ids.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { roomRules } from '../../../src/daemon/settings.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { T } from '../../support/wire/wire.ts'

let house: House
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

async function begin(rules: Partial<RoomRules> = {}): Promise<void> {
  house = createHouse({ roomRules: { ...roomRules(configSchema.parse({})), ...rules } })
  alice = await house.logIn('alice', ROOM_CAPABILITIES)
  bob = await house.logIn('bob', ROOM_CAPABILITIES)
  carol = await house.logIn('carol', ROOM_CAPABILITIES)
  silence()
}

function silence(): void {
  for (const client of [alice, bob, carol]) client.take()
}

/** Those of the client's messages that are about rooms. */
function heard(client: HouseClient): [number, Readonly<Record<string, unknown>>][] {
  return client.seen().filter(([type]) => type !== T.USER_STATE_UPDATE)
}

function member(client: HouseClient, name: string, change: object = {}): object {
  return {
    user_id: client.userId,
    username: name,
    nickname: name,
    audio_muted: false,
    video_muted: false,
    state: 'connected',
    ...change,
  }
}

function error(reason: string): unknown {
  return [[T.ERROR, expect.objectContaining({ reason })]]
}

async function join(client: HouseClient, room_id = 'voice'): Promise<void> {
  await client.send(T.ROOM_JOIN, { room_id })
}

beforeEach(() => begin())

describe('entering a room', () => {
  test('ROOM-1 ROOM-3 the first to come makes the room, the next is told who is there, and those are told of it', async () => {
    await alice.send(T.ROOM_JOIN, { room_id: 'voice', nickname: 'Al', request_id: 'r1' })
    const room = { room_id: 'voice', name: 'voice', mode: 'mesh', max_members: 10, invite_only: false }
    expect(heard(alice)).toEqual([[T.ROOM_JOINED, { ...room, members: [], seq: 1, request_id: 'r1' }]])
    await join(bob)
    await join(carol)
    expect(heard(carol)).toEqual([
      [
        T.ROOM_JOINED,
        { ...room, members: [member(alice, 'alice', { nickname: 'Al' }), member(bob, 'bob')], seq: 1 },
      ],
    ])
    const joined = (who: object, seq: number) => [
      T.ROOM_MEMBER,
      { room_id: 'voice', event: 'joined', member: who, seq },
    ]
    expect(heard(alice)).toEqual([joined(member(bob, 'bob'), 2), joined(member(carol, 'carol'), 3)])
  })

  test('ROOM-1 no more than its members enter a room', async () => {
    await begin({ maxMembers: 2 })
    await join(alice)
    await join(bob)
    silence()
    await join(carol)
    expect(heard(carol)).toEqual(error('room_full'))
    expect(heard(alice)).toEqual([])
  })

  test.each(['', 'a room', 'ä', 'x'.repeat(64) + 'x', 'a/b'])('ROOM-2 %o is no room id', async (room_id) => {
    await join(alice, room_id)
    expect(heard(alice)[0]?.[1]).toMatchObject({ code: 400 })
  })

  test('ROOM-2 the label of the server stands before every id, and may be left out', async () => {
    await begin({ label: 'techial' })
    await join(alice, 'voice')
    await join(bob, 'techial_voice')
    expect(heard(bob)[0]?.[1]).toMatchObject({ room_id: 'techial_voice', name: 'voice' })
    const signal = { to_user_id: bob.userId, sdp: 'v=0\r\n' }
    await alice.send(T.SDP_OFFER, { call_id: 'voice', ...signal })
    await alice.send(T.SDP_OFFER, { call_id: 'techial_voice', ...signal })
    expect(bob.take(T.SDP_OFFER).map(({ payload }) => payload['call_id'])).toEqual([
      'techial_voice',
      'techial_voice',
    ])
  })

  test('ROOM-3 where nobody may make rooms there are the permanent ones', async () => {
    const config = configSchema.parse({
      rooms: { create: 'nobody', permanent: [{ id: 'lobby', name: 'The lobby', max_members: 3 }] },
    })
    await begin(roomRules(config))
    await join(alice, 'voice')
    expect(heard(alice)).toEqual(error('room_not_found'))
    await join(alice, 'lobby')
    expect(heard(alice)[0]?.[1]).toMatchObject({ name: 'The lobby', max_members: 3, members: [] })
    await alice.send(T.ROOM_LEAVE, { room_id: 'lobby' })
    silence()
    await join(bob, 'lobby')
    expect(heard(bob)[0]?.[1]).toMatchObject({ room_id: 'lobby', members: [] })
  })

  test('ROOM-3 there are so many rooms at most', async () => {
    await begin({ maxRooms: 1 })
    await join(alice, 'one')
    await join(bob, 'two')
    expect(heard(bob)).toEqual(error('room_limit'))
    await alice.send(T.ROOM_LEAVE, { room_id: 'one' })
    await join(bob, 'two')
    expect(heard(bob)[0]?.[0]).toBe(T.ROOM_JOINED)
  })

  test('ROOM-3 an empty room is gone at once, or after the delay; until then it is the one of who made it', async () => {
    await begin({ cleanupDelayMs: 1000 })
    await join(alice)
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    await house.pass(900)
    await join(bob)
    silence()
    await bob.send(T.ROOM_CLOSE, { room_id: 'voice' })
    expect(heard(bob)).toEqual(error('not_room_owner'))
    await bob.send(T.ROOM_LEAVE, { room_id: 'voice' })
    await house.pass(1100)
    silence()
    await bob.send(T.ROOM_LIST_REQUEST, {})
    expect(heard(bob)).toEqual([[T.ROOM_LIST, { rooms: [] }]])
  })

  test('ROOM-3 ROOM-10 an invitation keeps nobody’s empty room, so nobody fills the server with rooms', async () => {
    await join(alice)
    await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: bob.userId })
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    silence()
    await bob.send(T.ROOM_LIST_REQUEST, {})
    expect(heard(bob)).toEqual([[T.ROOM_LIST, { rooms: [] }]])
  })

  test('ROOM-13 a user is in one call or one room, and Busy meanwhile', async () => {
    await join(alice)
    expect(bob.seen()).toEqual([
      [T.USER_STATE_UPDATE, { user_id: alice.userId, username: 'alice', state: 'Busy' }],
    ])
    await join(alice)
    expect(heard(alice)[1]?.[1]).toMatchObject({ reason: 'already_in_call' })
    await join(alice, 'another')
    expect(heard(alice)).toEqual(error('already_in_call'))
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(heard(alice)).toEqual(error('caller_busy'))
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect(heard(bob)).toEqual(error('callee_busy'))
    await bob.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    silence()
    await join(carol)
    expect(heard(carol)).toEqual(error('already_in_call'))
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    expect(carol.seen()).toEqual([
      [T.USER_STATE_UPDATE, { user_id: alice.userId, username: 'alice', state: 'Available' }],
    ])
  })

  test('ROOM-13 a drain takes nobody in, and leaves those alone who are inside', async () => {
    await join(alice)
    silence()
    house.inputs.takeNoNewCalls()
    await join(bob)
    expect(heard(bob)).toEqual(error('draining'))
    await alice.send(T.ROOM_UPDATE, { room_id: 'voice', audio_muted: true })
    expect(heard(alice)).toEqual([])
  })

  test('HELLO-4 who has not agreed on rooms is told nothing of them', async () => {
    const dave = await house.logIn('dave', ['resume'])
    await join(dave)
    expect(heard(dave).at(-1)?.[1]).toMatchObject({ reason: 'not_negotiated' })
    await join(alice)
    await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: dave.userId })
    expect(dave.take().filter(({ type }) => type >= T.ROOM_JOIN)).toEqual([])
  })
})

describe('being in a room', () => {
  beforeEach(async () => {
    await join(alice)
    await join(bob)
    await join(carol)
    silence()
  })

  test('ROOM-5 what a member changes of itself is told to the others, whole', async () => {
    await alice.send(T.ROOM_UPDATE, { room_id: 'voice', nickname: 'Al', video_muted: true })
    const changed = member(alice, 'alice', { nickname: 'Al', video_muted: true })
    const news = [T.ROOM_MEMBER, { room_id: 'voice', event: 'updated', member: changed, seq: 3 }]
    expect(heard(bob)).toEqual([news])
    expect(heard(alice)).toEqual([])
    await alice.send(T.ROOM_UPDATE, { room_id: 'voice' })
    expect(heard(alice)).toEqual(error('invalid_field'))
    await alice.send(T.ROOM_UPDATE, { room_id: 'voice', nickname: 'A\u0007' })
    expect(heard(alice)).toEqual(error('invalid_field'))
  })

  test.each([
    ['as the server would write it', (to: HouseClient) => signal(alice, to)],
    ['in another order', (to: HouseClient) => ({ sdp: 'v=0\r\n', to_user_id: to.userId, call_id: 'voice' })],
    ['with another’s id', (to: HouseClient) => signal(bob, to)],
  ])('ROOM-8 a signal goes to the member that it names, and from who sends it: %s', async (_how, write) => {
    await alice.send(T.SDP_OFFER, write(carol))
    expect(heard(carol)).toEqual([
      [
        T.SDP_OFFER,
        { call_id: 'voice', from_user_id: alice.userId, to_user_id: carol.userId, sdp: 'v=0\r\n', seq: 2 },
      ],
    ])
    expect(heard(bob)).toEqual([])
    expect(heard(alice)).toEqual([])
  })

  test('ROOM-8 nobody signals to oneself, to who is not there, or into a room that one is not in', async () => {
    const dave = await house.logIn('dave', ROOM_CAPABILITIES)
    silence()
    for (const to of [alice, dave]) {
      await alice.send(T.SDP_OFFER, signal(alice, to))
      expect(heard(alice)).toEqual(error('not_room_member'))
    }
    await dave.send(T.SDP_OFFER, signal(dave, alice))
    expect(heard(dave).at(-1)?.[1]).toMatchObject({ reason: 'call_not_found' })
    expect(heard(bob)).toEqual([])
  })

  test('ROOM-7 who leaves is answered, and the others are told why', async () => {
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice', request_id: 'r' })
    expect(heard(alice)).toEqual([[T.ROOM_LEFT, { room_id: 'voice', reason: 'left', seq: 4 }]])
    const left = { room_id: 'voice', event: 'left', member: member(alice, 'alice'), reason: 'left', seq: 3 }
    expect(heard(bob)).toEqual([[T.ROOM_MEMBER, left]])
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    expect(heard(alice)).toEqual(error('not_room_member'))
    await alice.send(T.ROOM_LEAVE, { room_id: 'nowhere' })
    expect(heard(alice)).toEqual(error('room_not_found'))
    await alice.send(T.SDP_OFFER, signal(alice, bob))
    expect(heard(alice)).toEqual(error('call_not_found'))
    await bob.send(T.SDP_OFFER, signal(bob, alice))
    expect(heard(bob)).toEqual(error('not_room_member'))
  })

  test.each([
    ['logs out', () => alice.send(T.LOGOUT_REQUEST, {})],
    [
      'logs in elsewhere',
      async () => {
        const elsewhere = house.connect()
        await elsewhere.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
      },
    ],
    [
      'does not come back in time',
      async () => {
        await alice.drop()
        await house.pass(60_001)
        bob.take()
      },
    ],
  ])('ROOM-7 who %s is not in the room any more', async (_how, happen) => {
    await happen()
    await bob.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: alice.userId })
    await bob.send(T.SDP_OFFER, signal(bob, alice))
    expect(heard(bob).at(-1)?.[1]).toMatchObject({ reason: 'not_room_member' })
    expect(carol.take(T.ROOM_MEMBER).at(-1)?.payload).toMatchObject({
      event: 'left',
      reason: 'session_ended',
      member: { user_id: alice.userId },
    })
  })

  test('ROOM-6 whoever cannot resume leaves with its connection', async () => {
    const dave = await house.logIn('dave', ['rooms'])
    await join(dave)
    silence()
    await dave.drop()
    expect(heard(alice)[0]?.[1]).toMatchObject({ event: 'left', reason: 'session_ended' })
  })

  test('ROOM-12 who made the room removes and closes, and nobody else', async () => {
    await bob.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: carol.userId })
    expect(heard(bob)).toEqual(error('not_room_owner'))
    await alice.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: bob.userId })
    expect(heard(bob)).toEqual([[T.ROOM_LEFT, { room_id: 'voice', reason: 'removed', seq: 4 }]])
    expect(heard(carol)[0]?.[1]).toMatchObject({ event: 'left', reason: 'removed' })
    await alice.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: bob.userId })
    expect(heard(alice).at(-1)?.[1]).toMatchObject({ reason: 'not_room_member' })
    await alice.send(T.ROOM_CLOSE, { room_id: 'voice' })
    for (const client of [alice, carol])
      expect(heard(client)).toEqual([[T.ROOM_LEFT, expect.objectContaining({ reason: 'closed' })]])
    await alice.send(T.ROOM_CLOSE, { room_id: 'voice' })
    expect(heard(alice)).toEqual(error('room_not_found'))
  })
})

describe('invitations and lists', () => {
  beforeEach(async () => {
    const permanent = [{ id: 'board', name: 'The board', invite_only: true }]
    await begin(roomRules(configSchema.parse({ rooms: { permanent } })))
  })

  /** An administrator lets the first one in. */
  async function seat(client: HouseClient): Promise<void> {
    const invite = await house.inputs.administration.rooms.admit('board', idOf(client))
    if (!invite.ok) throw new Error(invite.error.reason)
    await client.send(T.ROOM_JOIN, { room_id: 'board', invite: invite.value })
    silence()
  }

  test('ROOM-10 only who is invited enters, for an hour and as often as it likes', async () => {
    await seat(alice)
    await join(bob, 'board')
    expect(heard(bob)).toEqual(error('invite_required'))
    await alice.send(T.ROOM_INVITE, { room_id: 'board', to_user_id: bob.userId })
    const invited = bob.take(T.ROOM_INVITED)[0]?.payload
    expect(invited).toMatchObject({
      room_id: 'board',
      from_user_id: alice.userId,
      from_username: 'alice',
      expires_in_ms: 3_600_000,
    })
    const { invite } = invited ?? {}
    await carol.send(T.ROOM_JOIN, { room_id: 'board', invite })
    expect(heard(carol)).toEqual(error('invite_required'))
    for (let time = 0; time < 2; time++) {
      await bob.send(T.ROOM_JOIN, { room_id: 'board', invite })
      expect(heard(bob)[0]?.[0]).toBe(T.ROOM_JOINED)
      await bob.send(T.ROOM_LEAVE, { room_id: 'board' })
      silence()
    }
    await house.pass(3_600_000)
    const late = house.connect()
    await late.hello(ROOM_CAPABILITIES)
    await late.send(T.LOGIN_REQUEST, { username: 'bob', password_hash: 'pw' })
    await late.send(T.ROOM_JOIN, { room_id: 'board', invite })
    expect(heard(late).at(-1)?.[1]).toMatchObject({ reason: 'invite_required' })
  })

  test('ROOM-10 who is not a member invites nobody, and nobody invites who is not there', async () => {
    await join(alice)
    silence()
    await bob.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: carol.userId })
    expect(heard(bob)).toEqual(error('not_room_member'))
    await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: 'nobody' })
    expect(heard(alice)).toEqual(error('user_not_found'))
    await carol.send(T.LOGOUT_REQUEST, {})
    await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: carol.userId })
    expect(heard(alice).at(-1)?.[1]).toMatchObject({ reason: 'user_unavailable' })
    await alice.send(T.ROOM_INVITE, { room_id: 'nowhere', to_user_id: bob.userId })
    expect(heard(alice)).toEqual(error('room_not_found'))
  })

  test('ROOM-12 the invitation of who was removed is void', async () => {
    await seat(alice)
    await alice.send(T.ROOM_INVITE, { room_id: 'board', to_user_id: bob.userId })
    const invite = bob.take(T.ROOM_INVITED)[0]?.payload['invite']
    await bob.send(T.ROOM_JOIN, { room_id: 'board', invite })
    expect(await house.inputs.administration.rooms.remove('board', idOf(bob))).toMatchObject({ ok: true })
    silence()
    await bob.send(T.ROOM_JOIN, { room_id: 'board', invite })
    expect(heard(bob)).toEqual(error('invite_required'))
  })

  test('ROOM-11 rooms are listed in the order of their ids, a page at a time, and hidden ones to members alone', async () => {
    await seat(alice)
    await join(bob, 'voice')
    await join(carol, 'chat')
    silence()
    const line = (room_id: string, name: string, members: number, invite_only = false) => {
      return { room_id, name, max_members: 10, invite_only, members }
    }
    await bob.send(T.ROOM_LIST_REQUEST, { request_id: 'l' })
    expect(heard(bob)).toEqual([
      [T.ROOM_LIST, { rooms: [line('chat', 'chat', 1), line('voice', 'voice', 1)], request_id: 'l' }],
    ])
    await alice.send(T.ROOM_LIST_REQUEST, { limit: 2 })
    const first = {
      rooms: [line('board', 'The board', 1, true), line('chat', 'chat', 1)],
      next_cursor: 'chat',
    }
    expect(heard(alice)).toEqual([[T.ROOM_LIST, first]])
    await alice.send(T.ROOM_LIST_REQUEST, { limit: 2, cursor: 'chat' })
    expect(heard(alice)).toEqual([[T.ROOM_LIST, { rooms: [line('voice', 'voice', 1)] }]])
    await alice.send(T.ROOM_INVITE, { room_id: 'board', to_user_id: bob.userId })
    silence()
    await bob.send(T.ROOM_LIST_REQUEST, { limit: 1 })
    expect(heard(bob)[0]?.[1]).toMatchObject({ rooms: [{ room_id: 'board' }] })
  })
})

function signal(from: HouseClient, to: HouseClient): object {
  return { call_id: 'voice', from_user_id: from.userId, to_user_id: to.userId, sdp: 'v=0\r\n' }
}

function idOf({ userId }: HouseClient): UserId {
  const id = parseUserId(userId)
  if (id === undefined) throw new Error('not logged in')
  return id
}
