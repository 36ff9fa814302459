import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { WATCH_CAPABILITIES } from '../support/house/watcher.ts'
import { startWebSocketDaemon } from '../support/house/web-socket-daemon.ts'
import { httpClient } from '../support/wire/http-client.ts'
import { connectRaw, logIn, type RawClient } from '../support/wire/raw-client.ts'
import { T } from '../support/wire/wire.ts'

const ends = endsAfterEach()

type Client = RawClient<Duplex>

/** Agrees on watching; gives what WELCOME said of limits. */
async function agree(client: Client): Promise<unknown> {
  client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: WATCH_CAPABILITIES })
  return (await client.next(T.WELCOME)).payload['limits']
}

/** What has been told of states until now. */
async function news(client: Client) {
  const told = await client.drain()
  const about: readonly number[] = [T.USER_STATE_UPDATE, T.WATCHED_ROOM]
  return told.filter(({ type }) => about.includes(type)).map(({ payload }) => payload)
}

const watch = async (client: Client, payload: object) => {
  client.send(T.WATCH, payload)
  return (await client.next(T.WATCHED)).payload
}

async function leave(client: Client): Promise<void> {
  client.send(T.LOGOUT_REQUEST, {})
  await client.next(T.LOGOUT_RESPONSE)
}

describe('clients that watch', () => {
  test.each([['tcp'], ['roomrtc.json'], ['roomrtc.binary']] as const)(
    'WATCH-1 WATCH-2 WATCH-3 over %s each of two is told of those whom it watches, until it watches others',
    async (how) => {
      const { open, overTcp } = await startWebSocketDaemon(ends, { presence: { max_watched: 3 } })
      const enter = (): Promise<Client> => (how === 'tcp' ? overTcp() : open(how))
      const [alice, bob] = [await enter(), await enter()]
      const [carol, dan] = [await overTcp(), await overTcp()]
      expect(await agree(alice)).toMatchObject({ max_watched: 3 })
      await agree(bob)
      await agree(carol)
      await logIn(alice, 'alice')
      await logIn(bob, 'bob')
      const [carolId, danId] = [await logIn(carol, 'carol'), await logIn(dan, 'dan')]

      const first = await watch(alice, { user_ids: [carolId], room_ids: ['voice'] })
      expect(first).toEqual({
        all: false,
        users: [{ user_id: carolId, username: 'carol', state: 'Available' }],
        rooms: [{ room_id: 'voice', members: 0 }],
      })
      await watch(bob, { user_ids: [danId] })
      await Promise.all([alice.drain(), bob.drain()])
      carol.send(T.ROOM_JOIN, { room_id: 'voice' })
      await carol.next(T.ROOM_JOINED)
      await leave(dan)
      expect(await news(alice)).toMatchObject([
        { room_id: 'voice', members: 1 },
        { user_id: carolId, state: 'Busy' },
      ])
      expect(await news(bob)).toMatchObject([{ user_id: danId, state: 'Disconnected' }])

      expect(await watch(alice, { user_ids: [danId] })).toMatchObject({ users: [{ state: 'Disconnected' }] })
      alice.send(T.WATCH, { user_ids: ['1', '2', '3', '4'] })
      expect((await alice.next(T.ERROR)).payload).toMatchObject({ reason: 'invalid_field' })
      await leave(carol)
      await logIn(dan, 'dan')
      expect(await news(alice)).toMatchObject([{ user_id: danId, state: 'Available' }])
    },
  )

  test('WATCH-6 LIFE-12 what they watch is kept over a resumption, and over a stop and a start', async () => {
    const data_directory = await mkdtemp(join(tmpdir(), 'roomrtc-watch-'))
    ends.push(() => rm(data_directory, { recursive: true }))
    const start = () => startTestDaemon({ persistence: { enable_persistence: true, data_directory } })
    let daemon = await start()
    ends.push(() => daemon.stop())
    const connect = async () => {
      const client = await connectRaw(daemon.port)
      ends.push(() => client.close())
      return client
    }
    const back = async (session_token: unknown) => {
      const client = await connect()
      await agree(client)
      client.send(T.RESUME, { session_token, last_seq: 0 })
      return { client, token: (await client.next(T.RESUMED)).payload['session_token'] }
    }

    const bob = await connect()
    const bobId = await logIn(bob, 'bob')
    const alice = await connect()
    await agree(alice)
    alice.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'pw' })
    alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
    const { session_token } = (await alice.next(T.LOGIN_RESPONSE)).payload
    await watch(alice, { user_ids: [bobId, 'nobody'] })
    await alice.close()

    const cut = await back(session_token)
    expect((await cut.client.next(T.WATCHED)).payload).toMatchObject({
      all: false,
      users: [{ user_id: bobId, state: 'Available' }, { state: 'Disconnected' }],
    })
    expect(await cut.client.drain()).toEqual([])
    await daemon.stop()
    daemon = await start()

    const again = await back(cut.token)
    expect((await again.client.next(T.WATCHED)).payload).toMatchObject({
      users: [{ user_id: bobId, state: 'Disconnected' }, { user_id: 'nobody' }],
    })
    const [newcomer, returning] = [await connect(), await connect()]
    await logIn(newcomer, 'carol')
    await logIn(returning, 'bob')
    expect(await news(again.client)).toMatchObject([{ user_id: bobId, state: 'Available' }])
  })

  test('WATCH-1 WATCH-4 HTTP-22 over plain HTTP, where of each user and each room the last news count', async () => {
    const { base } = await startHttpDaemon(ends, { presence: { merge_window_ms: 0 } })
    const alice = await httpClient(base, 'alice')
    const [bob, carol] = [await httpClient(base, 'bob'), await httpClient(base, 'carol')]
    const rooms = ['attic', 'hall']
    // What has come of others is not told any more.
    const asked = await alice.post('/api/messages', {
      type: 'WATCH',
      user_ids: [carol.userId],
      room_ids: rooms,
    })
    expect(asked.body).toMatchObject({
      answers: [{ type: 'WATCHED', users: [{ username: 'carol', state: 'Available' }] }],
    })
    expect((await alice.events(0, 0)).news.filter(({ type }) => type === 'USER_STATE_UPDATE')).toEqual([])
    await bob.post('/api/rooms/attic/join')
    await carol.post('/api/rooms/hall/join')
    await bob.post('/api/rooms/attic/leave')
    expect((await alice.events(0, 0)).news).toMatchObject([
      { type: 'USER_STATE_UPDATE', user_id: carol.userId, state: 'Busy' },
      { type: 'WATCHED_ROOM', room_id: 'attic', members: 0 },
      { type: 'WATCHED_ROOM', room_id: 'hall', members: 1 },
    ])
  })
})
