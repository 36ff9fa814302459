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

describe('being in a room', () => {
  beforeEach(async () => {
    await join(alice)
    await join(bob)
    await join(carol)
    three.silence()
  })

  test('ROOM-5 what a member changes of itself is told to the others, whole', async () => {
    await alice.send(T.ROOM_UPDATE, { room_id: 'voice', nickname: 'Al', video_muted: true })
    const changed = member(alice, 'alice', { nickname: 'Al', video_muted: true })
    const news = [T.ROOM_MEMBER, { room_id: 'voice', event: 'updated', member: changed, seq: 3 }]
    expect(heard(bob)).toEqual([news])
    expect(heard(alice)).toEqual([])
    await alice.send(T.ROOM_UPDATE, { room_id: 'voice' })
    expect(heard(alice)).toEqual(refused('invalid_field'))
    await alice.send(T.ROOM_UPDATE, { room_id: 'voice', nickname: 'A\u0007' })
    expect(heard(alice)).toEqual(refused('invalid_field'))
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
    const dave = await three.house.logIn('dave', ROOM_CAPABILITIES)
    three.silence()
    for (const to of [alice, dave]) {
      await alice.send(T.SDP_OFFER, signal(alice, to))
      expect(heard(alice)).toEqual(refused('not_room_member'))
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
    expect(heard(alice)).toEqual(refused('not_room_member'))
    await alice.send(T.ROOM_LEAVE, { room_id: 'nowhere' })
    expect(heard(alice)).toEqual(refused('room_not_found'))
    await alice.send(T.SDP_OFFER, signal(alice, bob))
    expect(heard(alice)).toEqual(refused('call_not_found'))
    await bob.send(T.SDP_OFFER, signal(bob, alice))
    expect(heard(bob)).toEqual(refused('not_room_member'))
  })

  test.each([
    ['logs out', () => alice.send(T.LOGOUT_REQUEST, {})],
    [
      'logs in elsewhere',
      async () => {
        const elsewhere = three.house.connect()
        await elsewhere.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
      },
    ],
    [
      'does not come back in time',
      async () => {
        await alice.drop()
        await three.house.pass(60_001)
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
    const dave = await three.house.logIn('dave', ['rooms'])
    await join(dave)
    three.silence()
    await dave.drop()
    expect(heard(alice)[0]?.[1]).toMatchObject({ event: 'left', reason: 'session_ended' })
  })

  test('ROOM-12 who made the room removes and closes, and nobody else', async () => {
    await bob.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: carol.userId })
    expect(heard(bob)).toEqual(refused('not_room_owner'))
    await alice.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: bob.userId })
    expect(heard(bob)).toEqual([[T.ROOM_LEFT, { room_id: 'voice', reason: 'removed', seq: 4 }]])
    expect(heard(carol)[0]?.[1]).toMatchObject({ event: 'left', reason: 'removed' })
    await alice.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: bob.userId })
    expect(heard(alice).at(-1)?.[1]).toMatchObject({ reason: 'not_room_member' })
    await alice.send(T.ROOM_CLOSE, { room_id: 'voice' })
    for (const client of [alice, carol])
      expect(heard(client)).toEqual([[T.ROOM_LEFT, expect.objectContaining({ reason: 'closed' })]])
    await alice.send(T.ROOM_CLOSE, { room_id: 'voice' })
    expect(heard(alice)).toEqual(refused('room_not_found'))
  })
})

function signal(from: HouseClient, to: HouseClient): object {
  return { call_id: 'voice', from_user_id: from.userId, to_user_id: to.userId, sdp: 'v=0\r\n' }
}
