import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import {
  createRoomHouse,
  heard,
  idOf,
  join,
  refused,
  type RoomHouse,
} from '../../support/house/room-house.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
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

describe('invitations and lists', () => {
  beforeEach(async () => {
    const permanent = [{ id: 'board', name: 'The board', invite_only: true }]
    await begin({ permanent })
  })

  /** An administrator lets the first one in. */
  async function seat(client: HouseClient): Promise<void> {
    const invite = await three.house.inputs.administration.rooms.admit('board', idOf(client))
    if (!invite.ok) throw new Error(invite.error.reason)
    await client.send(T.ROOM_JOIN, { room_id: 'board', invite: invite.value })
    three.silence()
  }

  test('ROOM-10 only who is invited enters, for an hour and as often as it likes', async () => {
    await seat(alice)
    await join(bob, 'board')
    expect(heard(bob)).toEqual(refused('invite_required'))
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
    expect(heard(carol)).toEqual(refused('invite_required'))
    for (let time = 0; time < 2; time++) {
      await bob.send(T.ROOM_JOIN, { room_id: 'board', invite })
      expect(heard(bob)[0]?.[0]).toBe(T.ROOM_JOINED)
      await bob.send(T.ROOM_LEAVE, { room_id: 'board' })
      three.silence()
    }
    await three.house.pass(3_600_000)
    const late = three.house.connect()
    await late.hello(ROOM_CAPABILITIES)
    await late.send(T.LOGIN_REQUEST, { username: 'bob', password_hash: 'pw' })
    await late.send(T.ROOM_JOIN, { room_id: 'board', invite })
    expect(heard(late).at(-1)?.[1]).toMatchObject({ reason: 'invite_required' })
  })

  test('ROOM-10 who is not a member invites nobody, and nobody invites who is not there', async () => {
    await join(alice)
    three.silence()
    await bob.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: carol.userId })
    expect(heard(bob)).toEqual(refused('not_room_member'))
    await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: 'nobody' })
    expect(heard(alice)).toEqual(refused('user_not_found'))
    await carol.send(T.LOGOUT_REQUEST, {})
    await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: carol.userId })
    expect(heard(alice).at(-1)?.[1]).toMatchObject({ reason: 'user_unavailable' })
    await alice.send(T.ROOM_INVITE, { room_id: 'nowhere', to_user_id: bob.userId })
    expect(heard(alice)).toEqual(refused('room_not_found'))
  })

  test('ROOM-12 the invitation of who was removed is void', async () => {
    await seat(alice)
    await alice.send(T.ROOM_INVITE, { room_id: 'board', to_user_id: bob.userId })
    const invite = bob.take(T.ROOM_INVITED)[0]?.payload['invite']
    await bob.send(T.ROOM_JOIN, { room_id: 'board', invite })
    expect(await three.house.inputs.administration.rooms.remove('board', idOf(bob))).toMatchObject({
      ok: true,
    })
    three.silence()
    await bob.send(T.ROOM_JOIN, { room_id: 'board', invite })
    expect(heard(bob)).toEqual(refused('invite_required'))
  })

  test('ROOM-11 rooms are listed in the order of their ids, a page at a time, and hidden ones to members alone', async () => {
    await seat(alice)
    await join(bob, 'voice')
    await join(carol, 'chat')
    three.silence()
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
    three.silence()
    await bob.send(T.ROOM_LIST_REQUEST, { limit: 1 })
    expect(heard(bob)[0]?.[1]).toMatchObject({ rooms: [{ room_id: 'board' }] })
  })
})
