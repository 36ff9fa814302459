import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/application/ports/session-journal.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { join } from '../../support/house/room-house.ts'
import { news, WATCH_CAPABILITIES } from '../../support/house/watcher.ts'
import { T } from '../../support/wire/wire.ts'
import { unlessShared } from '../../support/house/unless-shared.ts'

interface Three {
  house: House
  alice: HouseClient
  bob: HouseClient
  carol: HouseClient
}

async function begin(options = {}): Promise<Three> {
  const house = createHouse(options)
  const alice = await house.logIn('alice', WATCH_CAPABILITIES)
  const bob = await house.logIn('bob', WATCH_CAPABILITIES)
  const carol = await house.logIn('carol', WATCH_CAPABILITIES)
  alice.take()
  return { house, alice, bob, carol }
}

const stateOf = ({ userId: user_id }: Pick<HouseClient, 'userId'>, state: string) => ({ user_id, state })

describe('what is watched', () => {
  test('WATCH-6 RESUME-2 is kept while its client is away: WATCHED comes after what was missed, and no list', async () => {
    const { house, alice, bob, carol } = await begin()
    await alice.send(T.WATCH, { user_ids: [bob.userId], room_ids: ['voice'] })
    await alice.drop()
    await join(carol)
    await bob.send(T.CALL_REQUEST, { to_user_id: alice.userId })
    const { client, resumed, missed, after } = await comeBack(house, alice, 0)
    expect(resumed['replayed']).toBe(1)
    expect(missed.map(({ type }) => type)).toEqual([T.CALL_NOTIFICATION])
    expect(after.map(({ type, payload }) => [type, payload])).toMatchObject([
      [
        T.WATCHED,
        {
          all: false,
          users: [{ user_id: bob.userId, username: 'bob', state: 'Busy' }],
          rooms: [{ room_id: 'voice', members: 1 }],
        },
      ],
    ])
    expect(after[0]?.payload).not.toHaveProperty('request_id')
    await carol.send(T.LOGOUT_REQUEST, {})
    await bob.send(T.LOGOUT_REQUEST, {})
    expect(news(client)).toMatchObject([
      [T.WATCHED_ROOM, { members: 0 }],
      [T.USER_STATE_UPDATE, { user_id: bob.userId, state: 'Disconnected' }],
    ])
  })

  test('WATCH-6 the names of those who are away are not told again', async () => {
    const { house, alice, bob } = await begin()
    await bob.send(T.LOGOUT_REQUEST, {})
    await alice.send(T.WATCH, { user_ids: [bob.userId] })
    await alice.drop()
    const { after } = await comeBack(house, alice, 0)
    expect(after[0]?.payload['users']).toEqual([stateOf(bob, 'Disconnected')])
  })

  test('WATCH-6 WATCH-5 who has never said gets the list alone, and who watches everybody the list and then its rooms', async () => {
    const { house, alice, bob } = await begin()
    await alice.drop()
    const first = await comeBack(house, alice, 0)
    expect(first.after.map(({ type }) => type)).toEqual([T.USER_LIST_RESPONSE])
    await first.client.send(T.WATCH, { all: true, room_ids: ['voice'] })
    await first.client.drop()
    await join(bob)
    first.client.capabilities = WATCH_CAPABILITIES
    const second = await comeBack(house, first.client, 0)
    expect(second.after.map(({ type, payload }) => [type, payload])).toMatchObject([
      [T.USER_LIST_RESPONSE, { users: [{}, {}, {}] }],
      [T.WATCHED, { all: true, users: [], rooms: [{ room_id: 'voice', members: 1 }] }],
    ])
  })

  test('WATCH-6 another login begins anew, and the session before is told nothing and costs nothing', async () => {
    const { house, alice, bob } = await begin()
    await alice.send(T.WATCH, { user_ids: [bob.userId] })
    const again = await house.logIn('alice', WATCH_CAPABILITIES)
    again.take()
    await house.logIn('dan')
    expect(news(again)).toMatchObject([[T.USER_STATE_UPDATE, { username: 'dan' }]])
  })

  test.each(['restart', 'crash'] as const)('WATCH-6 LIFE-12 is kept over a %s', async (how) => {
    const { house, alice, bob, carol } = await begin()
    await alice.send(T.WATCH, { user_ids: [bob.userId, carol.userId], room_ids: ['voice'] })
    await alice.send(T.WATCH, { user_ids: [bob.userId, 'nobody'], room_ids: ['voice'] })
    await bob.send(T.WATCH, { all: true })
    await join(carol)
    const next = await house[how](1000)
    // The journal is written anew as well as gone on with: once more.
    const last = await next[how](1000)
    const { client, after } = await comeBack(last, alice, 0)
    expect(after.map(({ type, payload }) => [type, payload])).toMatchObject([
      [
        T.WATCHED,
        {
          all: false,
          users: [stateOf(bob, 'Available'), stateOf({ userId: 'nobody' }, 'Disconnected')],
          rooms: [{ room_id: 'voice', members: 1 }],
        },
      ],
    ])
    const back = await comeBack(last, bob, 0)
    expect(back.after.map(({ type }) => type)).toEqual([T.USER_LIST_RESPONSE, T.WATCHED])
    await back.client.send(T.LOGOUT_REQUEST, {})
    const returned = await comeBack(last, carol, 1)
    await returned.client.send(T.LOGOUT_REQUEST, {})
    expect(news(client)).toMatchObject([
      [T.USER_STATE_UPDATE, stateOf(bob, 'Disconnected')],
      [T.WATCHED_ROOM, { room_id: 'voice', members: 0 }],
    ])
  })

  unlessShared('journal')(
    'WATCH-6 what an earlier version has left is taken up: its sessions are told of everybody',
    async () => {
      const { house, alice, bob } = await begin()
      await alice.send(T.WATCH, { user_ids: [bob.userId] })
      let left: readonly JournalEntry[] = []
      await house.restart(0, (entries) => {
        left = entries.map((entry) => (entry.kind === 'session' ? { ...entry, watching: undefined } : entry))
      })
      const { users, hasher, clock } = house.ports
      const next = createHouse({ users, hasher, startedAtMs: clock.wallMs(), left })
      await next.inputs.restore()
      const { client, after } = await comeBack(next, alice, 0)
      expect(after.map(({ type }) => type)).toEqual([T.USER_LIST_RESPONSE])
      await next.logIn('dan')
      expect(news(client)).toMatchObject([[T.USER_STATE_UPDATE, { username: 'dan' }]])
    },
  )
})
