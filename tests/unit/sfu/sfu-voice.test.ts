import { beforeEach, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { join } from '../../support/house/room-house.ts'
import { createSfuHouse, seatOf, type SfuHouse } from '../../support/house/sfu-house.ts'
import { tell } from '../../support/house/sfu-recorder.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'
import { T } from '../../support/wire/wire.ts'

let two: SfuHouse

/** alice and bob are in the room. */
beforeEach(async () => {
  two = await createSfuHouse()
  await join(two.alice)
  await join(two.bob)
  two.silence()
})

const publishing = (connection: string | undefined, { house, sfu, alice } = two) =>
  tell(house, { kind: 'publishing', seat: seatOf(sfu, alice), connection })

/** What bob is told of the voice of others. */
function voices({ bob } = two): unknown[] {
  return bob.take(T.ROOM_MEMBER).map(({ payload }) => {
    const { connected_to_voice: isConnected, stream_id: stream } = Object(payload['member'])
    return [payload['event'], isConnected, stream]
  })
}

const memberSeenBy = async (client: HouseClient) => {
  const { resumed } = await comeBack(two.house, client, 0)
  return Object(resumed['room']).members
}

test('SFU-12 the others are told when the media of a member arrive, and when they do not any more', async () => {
  const { house, sfu, alice, bob } = two
  await publishing('publish-1')
  await publishing('publish-1')
  await publishing(undefined)
  await publishing('publish-2')
  await tell(house, { kind: 'lost', seat: seatOf(sfu, alice) })
  expect(voices()).toEqual([
    ['updated', true, 'publish-1'],
    ['updated', false, undefined],
    ['updated', true, 'publish-2'],
    ['updated', false, undefined],
  ])
  expect(alice.take(T.ROOM_MEMBER)).toEqual([])
  await publishing('publish-3')
  await bob.drop()
  expect(await memberSeenBy(bob)).toMatchObject([{ connected_to_voice: true, stream_id: 'publish-3' }])
})

test('SFU-12 of a member of a mesh nothing of it is said, and nothing of who has left', async () => {
  const { house, sfu, alice, bob } = two
  const seat = seatOf(sfu, alice)
  await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
  await bob.send(T.ROOM_LEAVE, { room_id: 'voice' })
  await join(bob, 'small')
  await join(alice, 'small')
  await tell(house, { kind: 'publishing', seat, connection: 'publish' })
  const [, , joined] = bob.take(T.ROOM_MEMBER)
  expect(joined).toBeUndefined()
  expect(Object(alice.take(T.ROOM_JOINED)[0]?.payload['members'])[0]).not.toHaveProperty('connected_to_voice')
})

unlessShared('journal')(
  'SFU-12 after a restart nobody is connected until its media arrive again',
  async () => {
    await publishing('publish-1')
    const next = await two.house.crash()
    const { resumed } = await comeBack(next, two.bob, 1)
    expect(Object(resumed['room']).members).toMatchObject([{ connected_to_voice: false }])
  },
)

test('SFU-13 who speaks is told as it changes, at most four times a second, and again to who was away', async () => {
  const { house, sfu, alice, bob } = two
  const seat = seatOf(sfu, bob)
  const user = seatOf(sfu, alice).user
  const speaks = (on: boolean, who = user) => tell(house, { kind: 'speaking', seat, user: who, on })
  const told = () => bob.take(T.SFU_SPEAKING).map(({ payload }) => payload['user_ids'])
  await publishing('publish')
  await tell(house, { kind: 'publishing', seat, connection: 'publish' })
  await speaks(true)
  expect(told()).toEqual([[alice.userId]])
  for (let time = 0; time < 10; time += 1) {
    await speaks(false)
    await speaks(true)
  }
  await speaks(true, seat.user)
  expect(told()).toEqual([])
  await house.pass(250)
  expect(told()).toEqual([[alice.userId, bob.userId]])
  await house.pass(250)
  expect(told()).toEqual([])
  expect(alice.take(T.SFU_SPEAKING)).toEqual([])

  await bob.drop()
  await house.pass(250)
  await speaks(false)
  await house.pass(250)
  const { after } = await comeBack(house, bob, 1)
  expect(
    after.filter(({ type }) => type === T.SFU_SPEAKING).map(({ payload }) => payload['user_ids']),
  ).toEqual([[bob.userId]])
})

test.each([
  [
    'mutes itself',
    (alice: HouseClient) => alice.send(T.ROOM_UPDATE, { room_id: 'voice', audio_muted: true }),
  ],
  ['leaves', (alice: HouseClient) => alice.send(T.ROOM_LEAVE, { room_id: 'voice' })],
  ['publishes no more', () => publishing(undefined)],
])('SFU-13 who %s speaks no more', async (_what, deed) => {
  const { house, sfu, alice, bob } = two
  await publishing('publish')
  await tell(house, { kind: 'speaking', seat: seatOf(sfu, bob), user: seatOf(sfu, alice).user, on: true })
  await house.pass(250)
  bob.take()
  await deed(alice)
  expect(bob.take(T.SFU_SPEAKING).map(({ payload }) => payload['user_ids'])).toEqual([[]])
})
