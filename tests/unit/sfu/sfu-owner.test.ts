import { beforeEach, describe, expect, test } from 'vitest'
import type { HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { heard, join, refused } from '../../support/house/room-house.ts'
import { createSfuHouse, seatOf, type SfuHouse } from '../../support/house/sfu-house.ts'
import { tell } from '../../support/house/sfu-recorder.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'
import { T } from '../../support/wire/wire.ts'

let two: SfuHouse

/** alice, whose room it is, and bob are in it. */
beforeEach(async () => {
  two = await createSfuHouse()
  await join(two.alice)
  await join(two.bob)
  two.silence()
})

const mute = (by: HouseClient, whom: HouseClient, kind = 'audio', muted = true, room_id = 'voice') =>
  by.send(T.SFU_MUTE, { room_id, user_id: whom.userId, kind, muted })

const mutedOf = (client: HouseClient) =>
  client.take(T.ROOM_MEMBER).map(({ payload }) => Object(payload['member'])['muted_by_owner'])

describe('the owner of a room with a media server', () => {
  test('SFU-14 has media of a member not passed on, and passed on again; all are told', async () => {
    const { alice, bob, sfu } = two
    const seat = seatOf(sfu, bob)
    await mute(alice, bob)
    await mute(alice, bob, 'video')
    await mute(alice, bob, 'audio', false)
    expect(sfu.asked()).toEqual([
      ['mute', seat, ['audio']],
      ['mute', seat, ['audio', 'video']],
      ['mute', seat, ['video']],
    ])
    expect(mutedOf(alice)).toEqual([['audio'], ['audio', 'video'], ['video']])
    expect(heard(bob)).toEqual([
      [T.SFU_MUTED, { room_id: 'voice', kind: 'audio', muted: true, seq: 2 }],
      [T.SFU_MUTED, { room_id: 'voice', kind: 'video', muted: true, seq: 3 }],
      [T.SFU_MUTED, { room_id: 'voice', kind: 'audio', muted: false, seq: 4 }],
    ])
  })

  test('SFU-14 nobody else does, and not whom is not there', async () => {
    const { house, alice, bob, sfu } = two
    await mute(bob, alice)
    expect(heard(bob)).toEqual(refused('not_room_owner'))
    const carol = await house.logIn('carol')
    await mute(alice, carol)
    expect(heard(alice)).toEqual(refused('not_room_member'))
    await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
    await join(alice, 'small')
    alice.take()
    await mute(alice, alice, 'audio', true, 'small')
    expect(heard(alice)).toEqual(refused('sfu_refused'))
    expect(sfu.asked().map(([call]) => call)).toEqual(['leave'])
  })

  test('SFU-13 SFU-14 who is muted speaks no more, and what it publishes later changes nothing of it', async () => {
    const { house, alice, bob, sfu } = two
    const seat = seatOf(sfu, bob)
    await tell(house, { kind: 'publishing', seat, connection: 'publish' })
    await tell(house, { kind: 'speaking', seat: seatOf(sfu, alice), user: seat.user, on: true })
    await house.pass(250)
    alice.take()
    await mute(alice, bob)
    expect(alice.take(T.SFU_SPEAKING)).toMatchObject([{ payload: { user_ids: [] } }])
    await tell(house, { kind: 'publishing', seat, connection: 'publish-2' })
    expect(mutedOf(alice)).toEqual([['audio'], ['audio']])
    expect(sfu.asked()).toEqual([['mute', seat, ['audio']]])
  })

  unlessShared('journal')('SFU-14 it holds over a restart', async () => {
    const { house, alice, bob, sfu } = two
    const seat = seatOf(sfu, bob)
    await mute(alice, bob)
    const next = await house.crash()
    sfu.asked()
    await comeBack(next, bob, 1)
    expect(sfu.asked()).toEqual([
      ['enter', seat, { life: expect.any(String), maxMembers: 10 }],
      ['mute', seat, ['audio']],
    ])
  })
})

describe('the layers of a picture', () => {
  test('SFU-15 are chosen by who sees it', async () => {
    const { bob, sfu } = two
    const wanted = { room_id: 'voice', connection: 'subscribe-1', mid: '1' }
    await bob.send(T.SFU_LAYERS, { ...wanted, substream: 0, temporal: 1 })
    const layers = { connection: 'subscribe-1', mid: '1', substream: 0, temporal: 1 }
    expect(sfu.asked()).toEqual([['layers', seatOf(sfu, bob), layers]])
    for (const bad of [{}, { substream: 3 }, { temporal: -1 }])
      await bob.send(T.SFU_LAYERS, { ...wanted, ...bad })
    expect(heard(bob)).toMatchObject([1, 2, 3].map(() => [T.ERROR, { reason: 'invalid_field' }]))
    await bob.send(T.SFU_LAYERS, { ...wanted, room_id: 'small', substream: 0 })
    expect(heard(bob)).toEqual(refused('not_room_member'))
    expect(sfu.asked()).toEqual([])
  })
})
