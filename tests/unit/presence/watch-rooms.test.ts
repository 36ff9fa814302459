import { beforeEach, describe, expect, test } from 'vitest'
import { roomRules } from '../../../src/daemon/settings.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { idOf, join } from '../../support/house/room-house.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { news, WATCH_CAPABILITIES } from '../../support/house/watcher.ts'
import { T } from '../../support/wire/wire.ts'

let house: House
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

const permanent = [{ id: 'board', name: 'The board', invite_only: true }]

/** alice watches; bob and carol go in and out. */
async function begin(options: Parameters<typeof createHouse>[0] = {}, server = {}): Promise<void> {
  const rules = roomRules(configSchema.parse({ rooms: { permanent, cleanup_delay_ms: 1000 }, server }))
  house = createHouse({ roomRules: rules, ...options })
  alice = await house.logIn('alice', WATCH_CAPABILITIES)
  bob = await house.logIn('bob', ROOM_CAPABILITIES)
  carol = await house.logIn('carol', ROOM_CAPABILITIES)
}

beforeEach(() => begin())

/** What WATCHED says of them. */
async function watch(...room_ids: readonly string[]): Promise<unknown> {
  alice.take()
  await alice.send(T.WATCH, { user_ids: [], room_ids })
  return alice.take(T.WATCHED)[0]?.payload['rooms']
}

const leave = (client: HouseClient, room_id = 'voice') => client.send(T.ROOM_LEAVE, { room_id })

const voice = (members: number) => [T.WATCHED_ROOM, { ...shown('voice'), members }]

function shown(id: string, name = id, invite_only = false): object {
  return { room_id: id, name, max_members: 10, invite_only }
}

/** Without a name: as if it were not there. */
const gone = (room_id: string) => ({ room_id, members: 0 })

describe('watching rooms', () => {
  test('WATCH-4 each change of how many are in a room is told, from before it is there until it is over', async () => {
    expect(await watch('voice')).toEqual([gone('voice')])
    await join(bob)
    await join(carol)
    await bob.send(T.ROOM_UPDATE, { room_id: 'voice', audio_muted: true })
    await bob.drop()
    expect(news(alice)).toEqual([voice(1), voice(2)])
    expect(await watch('voice', 'other')).toEqual([{ ...shown('voice'), members: 2 }, gone('other')])
    await leave(carol)
    await house.pass(60_001)
    expect(news(alice)).toEqual([voice(1), voice(0)])
    await house.pass(1001)
    expect(news(alice)).toEqual([[T.WATCHED_ROOM, gone('voice')]])
  })

  test('WATCH-4 WATCH-1 a room that is not watched any more is not told of, nor one that is closed more than once', async () => {
    await join(bob)
    await join(carol)
    await watch('voice')
    await bob.send(T.ROOM_CLOSE, { room_id: 'voice' })
    expect(news(alice)).toEqual([voice(0)])
    await watch('other')
    await join(bob)
    expect(news(alice)).toEqual([])
  })

  test('WATCH-4 ROOM-2 ids are whole, whichever way they were asked for', async () => {
    await begin({}, { name: 'techial.example.com' })
    expect(await watch('voice', 'techial_voice')).toEqual([gone('techial_voice')])
    await join(bob)
    expect(news(alice)).toMatchObject([
      [T.WATCHED_ROOM, { room_id: 'techial_voice', name: 'voice', members: 1 }],
    ])
  })

  describe('a room for the invited alone', () => {
    const board = shown('board', 'The board', true)

    async function seat(client: HouseClient): Promise<void> {
      const invite = await house.inputs.administration.rooms.admit('board', idOf(client))
      if (!invite.ok) throw new Error(invite.error.reason)
      await client.send(T.ROOM_JOIN, { room_id: 'board', invite: invite.value })
    }

    test('WATCH-4 ROOM-11 is not there for who is not invited, whatever happens in it', async () => {
      expect(await watch('board')).toEqual([gone('board')])
      await seat(bob)
      await seat(carol)
      await leave(carol, 'board')
      expect(news(alice)).toEqual([])
      expect(await watch('board')).toEqual([gone('board')])
    })

    test('WATCH-4 ROOM-10 is there from the invitation on, for an hour and as long as one is in it', async () => {
      await watch('board')
      await seat(bob)
      await bob.send(T.ROOM_INVITE, { room_id: 'board', to_user_id: alice.userId })
      expect(news(alice)).toEqual([[T.WATCHED_ROOM, { ...board, members: 1 }]])
      await seat(carol)
      expect(news(alice).at(-1)).toEqual([T.WATCHED_ROOM, { ...board, members: 2 }])
      await house.pass(3_600_001)
      expect(await watch('board')).toEqual([gone('board')])
    })

    test('WATCH-4 is gone at its next change for whose invitation has expired, and for who is removed', async () => {
      await watch('board')
      await seat(bob)
      await bob.send(T.ROOM_INVITE, { room_id: 'board', to_user_id: alice.userId })
      await house.pass(3_600_001)
      alice.take()
      await seat(carol)
      expect(news(alice)).toEqual([[T.WATCHED_ROOM, gone('board')]])
      await leave(carol, 'board')
      expect(news(alice)).toEqual([])
      await seat(alice)
      expect(news(alice).at(-1)).toEqual([T.WATCHED_ROOM, { ...board, members: 2 }])
      await house.inputs.administration.rooms.remove('board', idOf(alice))
      expect(news(alice).at(-1)).toEqual([T.WATCHED_ROOM, gone('board')])
      await leave(bob, 'board')
      expect(news(alice)).toEqual([])
    })
  })

  test('WATCH-7 what comes within the window is told together as that ends; WATCH is answered by what is there', async () => {
    await begin({ presenceWindowMs: 50 })
    const dan = await house.logIn('dan', WATCH_CAPABILITIES)
    dan.take()
    await watch('voice')
    await join(bob)
    await join(carol)
    await leave(carol)
    await join(carol)
    expect(news(alice)).toEqual([voice(1)])
    // Of what waits who watched before is told now: what it reads later is to be newer.
    await dan.send(T.WATCH, { room_ids: ['voice'] })
    expect(dan.take().at(-1)?.payload['rooms']).toEqual([{ ...shown('voice'), members: 2 }])
    expect(news(alice)).toEqual([voice(2)])
    await leave(carol)
    await house.pass(50)
    expect([news(alice), news(dan)]).toEqual([[voice(1)], [voice(1)]])
    await join(carol)
    await leave(carol)
    await house.pass(50)
    expect([news(alice), news(dan)]).toEqual([[], []])
    await house.pass(50)
    await join(carol)
    expect(news(alice)).toEqual([voice(2)])
  })

  test('WATCH-7 BOUND-6 a client that does not keep up is told the last of each room', async () => {
    await watch('voice', 'other')
    alice.sink.isCongested = true
    await join(bob)
    await join(carol)
    await leave(bob)
    await join(bob, 'other')
    expect(news(alice)).toEqual([])
    alice.sink.isCongested = false
    await house.pass(250)
    expect(news(alice)).toEqual([voice(1), [T.WATCHED_ROOM, { ...shown('other'), members: 1 }]])
  })
})
