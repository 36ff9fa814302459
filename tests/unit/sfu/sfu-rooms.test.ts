import { beforeEach, describe, expect, test } from 'vitest'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { heard, join, refused } from '../../support/house/room-house.ts'
import {
  createSfuHouse,
  seatOf,
  SFU_CAPABILITIES,
  type SfuHouse,
  strangeSeat,
} from '../../support/house/sfu-house.ts'
import { createHouse } from '../../support/house/house.ts'
import { tell } from '../../support/house/sfu-recorder.ts'
import { T } from '../../support/wire/wire.ts'

let two: SfuHouse

beforeEach(async () => {
  two = await createSfuHouse()
})

/** alice and bob are in the room. */
async function meet(): Promise<void> {
  await join(two.alice)
  await join(two.bob)
  two.silence()
}

const toSfu = (fields: object) => ({ call_id: 'voice', to_user_id: 'sfu', ...fields })

describe('a room whose media go through a server', () => {
  test('SFU-1 says so, gives each member a seat, and takes it back', async () => {
    const { alice, bob, sfu } = two
    await join(alice)
    expect(alice.take(T.ROOM_JOINED)[0]?.payload).toMatchObject({ mode: 'sfu', members: [] })
    await join(bob)
    const seats = [seatOf(sfu, alice), seatOf(sfu, bob)]
    expect(seats).toMatchObject([
      { room: 'voice', user: alice.userId },
      { room: 'voice', user: bob.userId },
    ])
    const room = { life: expect.any(String), maxMembers: 10 }
    expect(sfu.asked()).toEqual(seats.map((seat) => ['enter', seat, room]))
    await bob.send(T.ROOM_LEAVE, { room_id: 'voice' })
    await alice.send(T.ROOM_CLOSE, { room_id: 'voice' })
    expect(sfu.asked()).toEqual(seats.toReversed().map((seat) => ['leave', seat]))
  })

  test('SFU-1 takes the seat of who is removed, logs out or loses a connection that cannot be resumed', async () => {
    const { house, alice, sfu } = two
    await join(alice)
    for (const leave of ['removed', 'logged out', 'dropped'] as const) {
      const carol = await house.logIn('carol', ['rooms', 'sfu'])
      await join(carol)
      const seat = seatOf(sfu, carol)
      sfu.asked()
      if (leave === 'removed') await alice.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: carol.userId })
      else if (leave === 'logged out') await carol.send(T.LOGOUT_REQUEST, {})
      else await carol.drop()
      expect(sfu.asked()).toEqual([['leave', seat]])
    }
  })

  test('SFU-1 is none where the configuration says that the room is a mesh', async () => {
    const { alice, sfu } = two
    await join(alice, 'small')
    expect(alice.take(T.ROOM_JOINED)[0]?.payload).toMatchObject({ mode: 'mesh' })
    await alice.send(T.SDP_OFFER, { call_id: 'small', to_user_id: 'sfu', sdp: 'v=0' })
    await alice.send(T.SFU_RENEW, { room_id: 'small' })
    expect(heard(alice)).toMatchObject([
      [T.ERROR, { reason: 'not_room_member' }],
      [T.ERROR, { reason: 'sfu_refused' }],
    ])
    expect(sfu.asked()).toEqual([])
  })

  test('SFU-2 is closed to who has not agreed on sfu, and the capability is offered where there is a server alone', async () => {
    const { house, sfu } = two
    const carol = await house.logIn('carol', ROOM_CAPABILITIES)
    carol.take()
    await join(carol)
    expect(heard(carol)).toEqual(refused('sfu_needed'))
    expect(sfu.asked()).toEqual([])
    const without = createHouse().connect()
    await without.hello(SFU_CAPABILITIES)
    expect(without.take(T.WELCOME)[0]?.payload['capabilities']).not.toContain('sfu')
  })
})

describe('signals in such a room', () => {
  beforeEach(meet)

  test('SFU-3 SFU-4 go to the server, with the names of their connections', async () => {
    const { alice, sfu } = two
    const candidate = { candidate: 'candidate:1', sdp_mid: '0', sdp_mline_index: 0 }
    await alice.send(T.SDP_OFFER, toSfu({ sdp: 'v=0 1' }))
    await alice.send(T.SDP_OFFER, toSfu({ sdp: 'v=0 2', connection: 'again' }))
    await alice.send(T.ICE_CANDIDATE, toSfu(candidate))
    await alice.send(T.ICE_CANDIDATE, toSfu({ ...candidate, connection: 'subscribe-1' }))
    await alice.send(T.SDP_ANSWER, toSfu({ sdp: 'v=0 3', connection: 'subscribe-1' }))
    const seat = seatOf(sfu, alice)
    const trickled = { kind: 'candidate', candidate: 'candidate:1', sdpMid: '0', sdpMlineIndex: 0 }
    expect(sfu.asked()).toEqual([
      ['signal', seat, { kind: 'offer', sdp: 'v=0 1', connection: 'publish' }],
      ['signal', seat, { kind: 'offer', sdp: 'v=0 2', connection: 'again' }],
      ['signal', seat, { ...trickled, connection: 'publish' }],
      ['signal', seat, { ...trickled, connection: 'subscribe-1' }],
      ['signal', seat, { kind: 'answer', sdp: 'v=0 3', connection: 'subscribe-1' }],
    ])
    expect(heard(alice)).toEqual([])
  })

  test('SFU-3 do not go to members, also where they are written as the server writes them', async () => {
    const { alice, bob, sfu } = two
    const offer = { call_id: 'voice', from_user_id: alice.userId, to_user_id: bob.userId, sdp: 'v=0' }
    await alice.send(T.SDP_OFFER, offer)
    expect(heard(alice)).toEqual(refused('not_room_member'))
    expect(heard(bob)).toEqual([])
    expect(sfu.asked()).toEqual([])
  })

  test.each([
    ['an answer that does not say to what', T.SDP_ANSWER, { sdp: 'v=0' }, 'sfu_refused'],
    ['a connection without a name', T.SDP_OFFER, { sdp: 'v=0', connection: '' }, 'invalid_field'],
    ['a name that is too long', T.SDP_OFFER, { sdp: 'v=0', connection: 'x'.repeat(65) }, 'invalid_field'],
  ])('SFU-4 %s is refused', async (_what, type, fields, reason) => {
    const { alice, sfu } = two
    await alice.send(type, toSfu(fields))
    expect(heard(alice)).toEqual(refused(reason))
    expect(sfu.asked()).toEqual([])
  })

  test('SFU-9 a member asks for another subscribing connection, and nobody else does for it', async () => {
    const { house, alice, sfu } = two
    await alice.send(T.SFU_RENEW, { room_id: 'voice' })
    expect(sfu.asked()).toEqual([['renew', seatOf(sfu, alice)]])
    const carol = await house.logIn('carol', SFU_CAPABILITIES)
    carol.take()
    await carol.send(T.SFU_RENEW, { room_id: 'voice' })
    expect(heard(carol)).toEqual(refused('not_room_member'))
    expect(sfu.asked()).toEqual([])
  })
})

describe('what the server has for a member', () => {
  beforeEach(meet)

  test('SFU-4 SFU-5 SFU-6 is numbered like all else of a room', async () => {
    const { house, alice, bob, sfu } = two
    const seat = seatOf(sfu, alice)
    const streams = [{ mid: '0', user: seatOf(sfu, bob).user, kind: 'video', source: '1' } as const]
    await tell(house, { kind: 'answer', seat, sdp: 'v=0 a', connection: 'publish' })
    await tell(house, { kind: 'offer', seat, sdp: 'v=0 o', connection: 'subscribe-1', streams })
    const trickled = { candidate: 'candidate:9', sdpMid: '0', sdpMlineIndex: 0 }
    await tell(house, { kind: 'candidate', seat, ...trickled, connection: 'subscribe-1' })
    await tell(house, { kind: 'lost', seat })
    await tell(house, { kind: 'ready', seat })
    const between = { call_id: 'voice', from_user_id: 'sfu', to_user_id: alice.userId }
    expect(heard(alice)).toEqual([
      [T.SDP_ANSWER, { ...between, sdp: 'v=0 a', connection: 'publish', seq: 3 }],
      [
        T.SDP_OFFER,
        {
          ...between,
          sdp: 'v=0 o',
          connection: 'subscribe-1',
          streams: [{ mid: '0', user_id: bob.userId, kind: 'video', source: '1' }],
          seq: 4,
        },
      ],
      [
        T.ICE_CANDIDATE,
        {
          ...between,
          candidate: 'candidate:9',
          sdp_mid: '0',
          sdp_mline_index: 0,
          connection: 'subscribe-1',
          seq: 5,
        },
      ],
      [T.SFU_STATE, { room_id: 'voice', state: 'lost', seq: 6 }],
      [T.SFU_STATE, { room_id: 'voice', state: 'ready', seq: 7 }],
    ])
    expect(heard(bob)).toEqual([])
  })

  test('SFU-10 a signal that it does not take is an ERROR, which ends nothing', async () => {
    const { house, alice, sfu } = two
    await tell(house, {
      kind: 'refused',
      seat: seatOf(sfu, alice),
      connection: 'publish',
      why: 'No such codec',
    })
    expect(heard(alice)).toEqual([
      [T.ERROR, { code: 400, message: 'No such codec', reason: 'sfu_refused', connection: 'publish' }],
    ])
    expect(alice.ended).toBe(false)
  })

  test('SFU-10 an offer that no frame can hold is refused in its place', async () => {
    const { house, alice, sfu } = two
    const seat = seatOf(sfu, alice)
    await tell(house, {
      kind: 'offer',
      seat,
      sdp: 'x'.repeat(1_048_576),
      connection: 'subscribe-1',
      streams: [],
    })
    expect(heard(alice)).toMatchObject([[T.ERROR, { reason: 'sfu_refused', connection: 'subscribe-1' }]])
  })

  test('SFU-11 goes to nobody who has left, or never had a seat', async () => {
    const { house, alice, sfu } = two
    const seat = seatOf(sfu, alice)
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    alice.take()
    await tell(house, { kind: 'lost', seat })
    await tell(house, { kind: 'lost', seat: strangeSeat(alice) })
    await join(alice, 'small')
    await tell(house, { kind: 'lost', seat })
    expect(alice.take(T.SFU_STATE)).toEqual([])
  })
})
