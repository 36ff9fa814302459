import { beforeEach, describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/application/ports/session-journal.ts'
import type { Seat } from '../../../src/application/ports/sfu.ts'
import { createHouse, type HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { join } from '../../support/house/room-house.ts'
import {
  createSfuHouse,
  seatOf,
  SFU_CAPABILITIES,
  type SfuHouse,
  sfuRules,
} from '../../support/house/sfu-house.ts'
import { createSfuRecorder, tell } from '../../support/house/sfu-recorder.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'
import { createCluster } from '../../support/cluster/cluster.ts'
import { T } from '../../support/wire/wire.ts'

let two: SfuHouse
let seat: Seat

/** alice, who has handled two messages, and bob are in the room. */
beforeEach(async () => {
  two = await createSfuHouse()
  await join(two.alice)
  await join(two.bob)
  two.silence()
  seat = seatOf(two.sfu, two.alice)
})

/** What alice has missed, in short, and what came after it. */
async function back(
  house = two.house,
  lost = two.alice,
  handled = 2,
): Promise<{ missed: unknown[]; after: unknown[]; client: HouseClient }> {
  const { missed, after, client } = await comeBack(house, lost, handled)
  const brief = ({ type, payload }: (typeof missed)[number]) =>
    payload['state'] ??
    payload['event'] ??
    payload['sdp'] ??
    payload['candidate'] ??
    payload['reason'] ??
    type
  return {
    missed: missed.map(brief),
    after: [...after, ...client.take()].filter(({ type }) => type === T.SFU_STATE).map(brief),
    client,
  }
}

const offer = (connection: string) =>
  tell(two.house, { kind: 'offer', seat, sdp: `offer of ${connection}`, connection, streams: [] })
const candidate = (connection: string, text: string) =>
  tell(two.house, { kind: 'candidate', seat, candidate: text, sdpMid: '0', sdpMlineIndex: 0, connection })

describe('a member whose connection is lost', () => {
  test('SFU-7 keeps its seat, and has what the server sent meanwhile when it is back', async () => {
    const { alice, sfu } = two
    await alice.drop()
    await offer('subscribe-1')
    await candidate('subscribe-1', 'one')
    expect(await back()).toMatchObject({ missed: ['offer of subscribe-1', 'one'], after: [] })
    expect(sfu.asked()).toEqual([])
    expect(sfu.seats).toContain(seat)
  })

  test('SFU-7 loses it with its place in the room', async () => {
    const { house, alice, sfu } = two
    await alice.drop()
    await house.pass(60_001)
    expect(sfu.asked()).toContainEqual(['leave', seat])
  })

  test('SFU-8 is told the last state alone, and nothing that it makes void', async () => {
    const { house, alice } = two
    await alice.drop()
    for (let time = 0; time < 1100; time += 1) {
      await offer(`subscribe-${time}`)
      await candidate(`subscribe-${time}`, 'void')
      await tell(house, { kind: 'lost', seat })
      await tell(house, { kind: 'ready', seat })
    }
    await offer('subscribe-last')
    expect((await back()).missed).toEqual(['ready', 'offer of subscribe-last'])
  })

  test('SFU-8 is told the last offer alone, with the candidates of that connection and of the other one', async () => {
    const { alice } = two
    await alice.drop()
    await candidate('publish', 'to publish')
    for (let time = 0; time < 1100; time += 1) {
      await offer(`subscribe-${time}`)
      await candidate(`subscribe-${time}`, `for ${time}`)
    }
    expect((await back()).missed).toEqual(['to publish', 'offer of subscribe-1099', 'for 1099'])
  })

  test('SFU-8 is told nothing of it where it has left the room meanwhile', async () => {
    const { house, alice, bob } = two
    await bob.drop()
    await offer('subscribe-1')
    await tell(house, { kind: 'lost', seat: seatOf(two.sfu, bob) })
    await alice.send(T.ROOM_REMOVE, { room_id: 'voice', user_id: bob.userId })
    const { missed } = await comeBack(house, bob, 1)
    expect(missed.map(({ type }) => type)).toEqual([T.ROOM_LEFT])
  })
})

describe('after a restart', () => {
  unlessShared('journal')('SFU-7 a member takes its seat anew, and negotiates all anew', async () => {
    const { house, alice, sfu } = two
    const next = await house.crash()
    sfu.asked()
    const { after, client } = await back(next, alice)
    expect(after).toEqual(['ready'])
    expect(sfu.asked()).toEqual([['enter', seat, { life: expect.any(String), maxMembers: 10 }]])
    await client.send(T.SDP_OFFER, { call_id: 'voice', to_user_id: 'sfu', sdp: 'v=0' })
    expect(sfu.asked()).toEqual([['signal', seat, { kind: 'offer', sdp: 'v=0', connection: 'publish' }]])
  })

  unlessShared('journal')('SFU-1 a room that has no server any more is closed', async () => {
    const { alice } = two
    let left: readonly JournalEntry[] = []
    await two.house.restart(0, (entries) => {
      left = entries
    })
    const { users, hasher, doNotDisturb, invites } = two.house.ports
    const own = { users, hasher, doNotDisturb, invites }
    const without = createHouse({ ...own, roomRules: sfuRules(), left })
    await without.inputs.restore()
    expect((await back(without, alice)).missed).toEqual(['closed'])
  })
})

test('SFU-7 a member that comes back at another node has its seat there, and negotiates all anew', async () => {
  const [here, there] = [createSfuRecorder(), createSfuRecorder()]
  const cluster = createCluster({ roomRules: sfuRules(), sfu: here }, { sfu: there })
  const alice = await cluster.a.logIn('alice', SFU_CAPABILITIES)
  await join(alice)
  expect([here.seats.size, there.seats.size]).toEqual([1, 0])
  const { after, client } = await back(cluster.b, alice, 1)
  expect(after).toEqual(['ready'])
  expect([here.seats.size, there.seats.size]).toEqual([0, 1])
  await client.send(T.SDP_OFFER, { call_id: 'voice', to_user_id: 'sfu', sdp: 'v=0' })
  expect(there.asked().map(([call]) => call)).toEqual(['enter', 'signal'])
  await client.send(T.ROOM_LEAVE, { room_id: 'voice' })
  expect([here.seats.size, there.seats.size]).toEqual([0, 0])
})
