import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import {
  createRoomHouse,
  heard,
  join,
  member,
  refused,
  type RoomHouse,
} from '../../support/house/room-house.ts'
import { T } from '../../support/wire/wire.ts'

let three: RoomHouse
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

async function begin(...options: Parameters<typeof createRoomHouse>): Promise<void> {
  three = await createRoomHouse(...options)
  ;({ alice, bob, carol } = three)
}

beforeEach(() => begin())

describe('entering a room', () => {
  test('ROOM-1 ROOM-3 the first to come makes the room, the next is told who is there, and those are told of it', async () => {
    await alice.send(T.ROOM_JOIN, { room_id: 'voice', nickname: 'Al', request_id: 'r1' })
    const about = { name: 'voice', mode: 'mesh', max_members: 10, invite_only: false }
    const room = { room_id: 'voice', ...about, owner_user_id: alice.userId }
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
    await begin({ max_members: 2 })
    await join(alice)
    await join(bob)
    three.silence()
    await join(carol)
    expect(heard(carol)).toEqual(refused('room_full'))
    expect(heard(alice)).toEqual([])
  })

  test.each(['', 'a room', 'ä', 'x'.repeat(64) + 'x', 'a/b'])('ROOM-2 %o is no room id', async (room_id) => {
    await join(alice, room_id)
    expect(heard(alice)[0]?.[1]).toMatchObject({ code: 400 })
  })

  test('ROOM-2 the label of the server stands before every id, and may be left out', async () => {
    await begin({}, { label: 'techial' })
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
    await begin({ create: 'nobody', permanent: [{ id: 'lobby', name: 'The lobby', max_members: 3 }] })
    await join(alice, 'voice')
    expect(heard(alice)).toEqual(refused('room_not_found'))
    await join(alice, 'lobby')
    expect(heard(alice)[0]?.[1]).toMatchObject({ name: 'The lobby', max_members: 3, members: [] })
    await alice.send(T.ROOM_LEAVE, { room_id: 'lobby' })
    three.silence()
    await join(bob, 'lobby')
    expect(heard(bob)[0]?.[1]).toMatchObject({ room_id: 'lobby', members: [] })
  })

  test('ROOM-3 there are so many rooms at most', async () => {
    await begin({ max_rooms: 1 })
    await join(alice, 'one')
    await join(bob, 'two')
    expect(heard(bob)).toEqual(refused('room_limit'))
    await alice.send(T.ROOM_LEAVE, { room_id: 'one' })
    await join(bob, 'two')
    expect(heard(bob)[0]?.[0]).toBe(T.ROOM_JOINED)
  })

  test('ROOM-3 an empty room is gone at once, or after the delay; until then it is the one of who made it', async () => {
    await begin({ cleanup_delay_ms: 1000 })
    await join(alice)
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    await three.house.pass(900)
    await join(bob)
    three.silence()
    await bob.send(T.ROOM_CLOSE, { room_id: 'voice' })
    expect(heard(bob)).toEqual(refused('not_room_owner'))
    await bob.send(T.ROOM_LEAVE, { room_id: 'voice' })
    await three.house.pass(1100)
    three.silence()
    await bob.send(T.ROOM_LIST_REQUEST, {})
    expect(heard(bob)).toEqual([[T.ROOM_LIST, { rooms: [] }]])
  })

  test('ROOM-3 ROOM-10 an invitation keeps nobody’s empty room, so nobody fills the server with rooms', async () => {
    await join(alice)
    await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: bob.userId })
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    three.silence()
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
    expect(heard(alice)).toEqual(refused('already_in_call'))
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    expect(heard(alice)).toEqual(refused('caller_busy'))
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    expect(heard(bob)).toEqual(refused('callee_busy'))
    await bob.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    three.silence()
    await join(carol)
    expect(heard(carol)).toEqual(refused('already_in_call'))
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    expect(carol.seen()).toEqual([
      [T.USER_STATE_UPDATE, { user_id: alice.userId, username: 'alice', state: 'Available' }],
    ])
  })

  test('ROOM-13 a drain takes nobody in, and leaves those alone who are inside', async () => {
    await join(alice)
    three.silence()
    three.house.inputs.takeNoNewCalls()
    await join(bob)
    expect(heard(bob)).toEqual(refused('draining'))
    await alice.send(T.ROOM_UPDATE, { room_id: 'voice', audio_muted: true })
    expect(heard(alice)).toEqual([])
  })

  test('HELLO-4 who has not agreed on rooms is told nothing of them', async () => {
    const dave = await three.house.logIn('dave', ['resume'])
    await join(dave)
    expect(heard(dave).at(-1)?.[1]).toMatchObject({ reason: 'not_negotiated' })
    await join(alice)
    await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: dave.userId })
    expect(dave.take().filter(({ type }) => type >= T.ROOM_JOIN)).toEqual([])
  })
})
