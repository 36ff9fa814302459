import { beforeEach, describe, expect, test } from 'vitest'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

let house: House
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

beforeEach(() => begin())

/** alice and bob are in the room; carol is not. */
async function begin(options: Parameters<typeof createHouse>[0] = {}): Promise<void> {
  house = createHouse(options)
  alice = await house.logIn('alice', ROOM_CAPABILITIES)
  bob = await house.logIn('bob', ROOM_CAPABILITIES)
  carol = await house.logIn('carol', ROOM_CAPABILITIES)
  await join(alice)
  await join(bob)
  for (const client of [alice, bob, carol]) client.take()
}

async function join(client: HouseClient): Promise<void> {
  await client.send(T.ROOM_JOIN, { room_id: 'voice' })
}

function offer(to: HouseClient, sdp = 'v=0\r\n'): object {
  return { call_id: 'voice', to_user_id: to.userId, sdp }
}

/** What alice, who handled two messages, is told when she comes back: her room, and what she has missed. */
async function told(): Promise<{ room: unknown; missed: [string, unknown][]; client: HouseClient }> {
  const { resumed, missed, client } = await comeBack(house, alice, 2)
  return { room: resumed['room'], missed: missed.map(brief), client }
}

function brief({
  type,
  payload,
}: {
  type: number
  payload: Readonly<Record<string, unknown>>
}): [string, unknown] {
  const name = Object.entries(T).find(([, code]) => code === type)?.[0] ?? ''
  return [name, payload['event'] ?? payload['reason'] ?? payload['from_user_id']]
}

const roster = (...members: object[]) => expect.objectContaining({ room_id: 'voice', members })

describe('a member whose connection is lost', () => {
  test('ROOM-6 is told of to the others, keeps its place, and is told of when it is back', async () => {
    await alice.drop()
    expect(bob.take(T.ROOM_MEMBER)[0]?.payload).toMatchObject({
      event: 'reconnecting',
      member: { user_id: alice.userId, state: 'reconnecting' },
    })
    await join(carol)
    expect(carol.take(T.ROOM_JOINED)[0]?.payload['members']).toMatchObject([
      { user_id: alice.userId, state: 'reconnecting' },
      { user_id: bob.userId, state: 'connected' },
    ])
    bob.take()
    const { room } = await told()
    expect(room).toEqual(
      roster(
        expect.objectContaining({ user_id: bob.userId, state: 'connected' }),
        expect.objectContaining({ user_id: carol.userId, state: 'connected' }),
      ),
    )
    expect(bob.take(T.ROOM_MEMBER)[0]?.payload).toMatchObject({
      event: 'connected',
      member: { user_id: alice.userId, state: 'connected' },
    })
  })

  test('ROOM-9 gets what was sent to it meanwhile, and who is there', async () => {
    await alice.drop()
    await join(carol)
    await carol.send(T.SDP_OFFER, offer(alice))
    await bob.send(T.ROOM_UPDATE, { room_id: 'voice', audio_muted: true })
    const { missed, client } = await told()
    expect(missed).toEqual([
      ['ROOM_MEMBER', 'joined'],
      ['SDP_OFFER', carol.userId],
      ['ROOM_MEMBER', 'updated'],
    ])
    await client.send(T.SDP_ANSWER, offer(carol))
    expect(carol.take(T.SDP_ANSWER)).toHaveLength(1)
  })

  test('ROOM-9 of who came and went meanwhile it hears nothing, however often', async () => {
    await alice.drop()
    for (let time = 0; time < 2000; time++) {
      await join(carol)
      await carol.send(T.SDP_OFFER, offer(alice, 'x'.repeat(2000)))
      await carol.send(T.ROOM_LEAVE, { room_id: 'voice' })
      carol.take()
    }
    const { missed, room } = await told()
    expect(missed).toEqual([])
    expect(room).toEqual(roster(expect.objectContaining({ user_id: bob.userId })))
  })

  test('ROOM-9 of who left and came again it hears just that, and how it is now', async () => {
    await alice.drop()
    for (let time = 0; time < 3; time++) {
      await bob.send(T.ROOM_LEAVE, { room_id: 'voice' })
      await join(bob)
      await bob.send(T.ROOM_UPDATE, { room_id: 'voice', nickname: `Bob ${time}` })
    }
    await bob.send(T.SDP_OFFER, offer(alice))
    const { missed, room } = await told()
    expect(missed).toEqual([
      ['ROOM_MEMBER', 'left'],
      ['ROOM_MEMBER', 'joined'],
      ['SDP_OFFER', bob.userId],
    ])
    expect(room).toEqual(roster(expect.objectContaining({ nickname: 'Bob 2' })))
  })

  test('ROOM-9 who is removed or finds the room closed is told that alone, and has no room', async () => {
    await begin()
    await house.pass(1)
    await bob.drop()
    await join(carol)
    await carol.send(T.SDP_OFFER, offer(bob))
    await alice.send(T.ROOM_CLOSE, { room_id: 'voice' })
    const { resumed, missed } = await comeBack(house, bob, 1)
    expect(resumed['room']).toBeNull()
    expect(missed.map(brief)).toEqual([['ROOM_LEFT', 'closed']])
  })

  test('ROOM-8 ROOM-9 no member can cost it its session by what it sends', async () => {
    await join(carol)
    await alice.drop()
    carol.take()
    const refused = { carol: 0, bob: 0 }
    for (let time = 0; time < 40; time++) {
      for (const [name, sender] of Object.entries({ carol, bob })) {
        await sender.send(T.SDP_OFFER, offer(alice, 'x'.repeat(30_000)))
        const errors = sender.take(T.ERROR)
        if (errors.length > 0) expect(errors[0]?.payload).toMatchObject({ code: 429, reason: 'room_limit' })
        refused[name === 'carol' ? 'carol' : 'bob'] += errors.length
      }
    }
    expect(refused).toEqual({ carol: 38, bob: 38 })
    const { resumed, missed, client } = await comeBack(house, alice, 3)
    expect(resumed['room']).toMatchObject({ room_id: 'voice' })
    expect(missed).toHaveLength(4)
    await carol.send(T.SDP_OFFER, offer(alice, 'x'.repeat(30_000)))
    expect(client.take(T.SDP_OFFER)).toHaveLength(1)
  })

  test('ROOM-10 of invitations that come meanwhile the last of each room is kept, and no more than a hundred', async () => {
    await carol.drop()
    for (let room = 0; room < 150; room++) {
      await bob.send(T.ROOM_LEAVE, { room_id: room === 0 ? 'voice' : `room-${room - 1}` })
      await bob.send(T.ROOM_JOIN, { room_id: `room-${room}` })
      for (let time = 0; time < 3; time++)
        await bob.send(T.ROOM_INVITE, { room_id: `room-${room}`, to_user_id: carol.userId })
    }
    const { missed } = await comeBack(house, carol, 0)
    expect(missed).toHaveLength(100)
    expect(missed.at(-1)?.payload).toMatchObject({ room_id: 'room-149' })
    await bob.send(T.ROOM_LEAVE, { room_id: 'room-149' })
  })
})

describe('the end of the process', () => {
  unlessShared('told of the stop').each(['restart', 'crash'] as const)(
    'ROOM-9 a room goes on after a %s: who comes back finds the others, who cannot is told of as gone',
    async (end) => {
      const dave = await house.logIn('dave', ['rooms'])
      await join(dave)
      await bob.send(T.ROOM_UPDATE, { room_id: 'voice', nickname: 'Bob at work' })
      await alice.send(T.ROOM_INVITE, { room_id: 'voice', to_user_id: carol.userId })
      house = end === 'restart' ? await house.restart(1000) : await house.crash(1000)
      const back = await comeBack(house, alice, 4)
      expect(back.resumed['room']).toEqual(
        roster(
          expect.objectContaining({
            user_id: bob.userId,
            nickname: 'Bob at work',
            state: 'reconnecting',
          }),
        ),
      )
      expect(back.missed.map(brief)).toEqual([['ROOM_MEMBER', 'left']])
      const there = await comeBack(house, bob, 2)
      expect(there.resumed['room']).toMatchObject({
        members: [{ user_id: alice.userId, state: 'connected' }],
      })
      expect(back.client.take(T.ROOM_MEMBER)[0]?.payload).toMatchObject({ event: 'connected' })
      await there.client.send(T.SDP_OFFER, offer(alice))
      expect(back.client.take(T.SDP_OFFER)).toHaveLength(1)
      // Nobody else has come back: for a call they are still in the room.
      await back.client.send(T.ROOM_CLOSE, { room_id: 'voice' })
      expect(there.client.take(T.ROOM_LEFT)).toHaveLength(1)
    },
  )

  test('ROOM-9 a room that was left before the crash is not there after it', async () => {
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    await bob.send(T.ROOM_LEAVE, { room_id: 'voice' })
    house = await house.crash()
    const { client, resumed } = await comeBack(house, alice, 3)
    expect(resumed['room']).toBeNull()
    await client.send(T.ROOM_LIST_REQUEST, {})
    expect(client.take(T.ROOM_LIST)[0]?.payload).toEqual({ rooms: [] })
  })
})
