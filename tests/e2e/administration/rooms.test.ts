import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { samplesOf } from '../../support/metrics.ts'
import { ctl } from '../../support/programs/control.ts'
import { logged, spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { EventClient } from '../../support/wire/event-client.ts'
import { httpClient } from '../../support/wire/http-client.ts'
import { logIn, type RawClient } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()

/** The configuration of a server with a room for the invited. */
const config = {
  server: { name: 'techial.example.com' },
  security: { bcrypt_cost: 4 },
  rooms: { permanent: [{ id: 'board', name: 'The board', invite_only: true }] },
  logging: { security_log_file_path: 'security.log' },
}

/** A daemon with a room for the invited, and alice and bob in a room of alice's. */
async function start() {
  const daemon = await spawn()
  const members: { client: RawClient; id: string }[] = []
  for (const name of ['alice', 'bob']) {
    const client = await connect(daemon, ROOM_CAPABILITIES)
    members.push({ client, id: await logIn(client, name) })
    client.send(T.ROOM_JOIN, { room_id: 'voice', nickname: `${name} at work` })
    await client.next(T.ROOM_JOINED)
  }
  const [alice, bob] = members
  if (alice === undefined || bob === undefined) throw new Error('two came')
  await alice.client.next(T.ROOM_MEMBER)
  return { daemon, alice, bob, does: (...args: string[]) => ctl(daemon, args) }
}

async function spawn(more: object = {}): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({ config: { ...config, ...more } })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

const json = ({ out }: { readonly out: string }): unknown => JSON.parse(out)

test('ADMIN-7 ADMIN-22 METRIC-6 rooms are listed, shown and counted', async () => {
  const { does, alice, bob } = await start()
  const common = { max_members: 10 }
  const board = { room: 'techial_board', name: 'The board', members: 0, invite_only: true, ...common }
  const voice = { room: 'techial_voice', name: 'voice', invite_only: false, ...common }
  expect(json(await does('rooms', 'list', '--json'))).toEqual({
    rooms: [board, { ...voice, members: 2 }],
    next: null,
  })
  const page = await does('rooms', 'list', '--limit', '1')
  expect(page.out).toMatch(
    /^ROOM .*\ntechial_board +0\/10 +the invited +The board\nmore: --after techial_board\n$/,
  )
  const rest = await does('rooms', 'list', '--after', 'techial_board')
  expect(rest.out).toMatch(/^ROOM .*\ntechial_voice +2\/10 +anyone +voice\n$/)

  const member = { audio_muted: false, video_muted: false, state: 'connected' }
  expect(json(await does('rooms', 'show', 'voice', '--json'))).toEqual({
    ...voice,
    owner: 'alice',
    members: [
      { ...member, user_id: alice.id, username: 'alice', nickname: 'alice at work' },
      { ...member, user_id: bob.id, username: 'bob', nickname: 'bob at work' },
    ],
  })
  expect(json(await does('rooms', 'show', 'techial_board', '--json'))).toMatchObject({
    owner: null,
    members: [],
  })
  expect((await does('rooms', 'show', 'voice')).out).toMatch(
    /made by +alice\n(.*\n)+bob .* connected +- +bob at work\n$/,
  )
  expect(await does('rooms', 'show', 'other')).toMatchObject({ code: 1, out: '' })
  expect(await does('rooms', 'show', 'no room')).toMatchObject({ code: 1, out: '' })

  expect((await does('status')).out).toMatch(/^rooms +1 with 2 members$/m)
  const samples = samplesOf((await does('metrics')).out)
  expect([samples.get('rooms'), samples.get('room_members')]).toEqual([1, 2])
})

test('ADMIN-23 a member is removed, and a room is closed: those in it are told, and may come again', async () => {
  const { does, alice, bob } = await start()
  const room_id = 'techial_voice'
  expect(await does('rooms', 'remove', 'voice', 'bob')).toMatchObject({
    code: 0,
    out: 'removed bob from voice\n',
  })
  expect((await bob.client.next(T.ROOM_LEFT)).payload).toMatchObject({ room_id, reason: 'removed' })
  expect((await alice.client.next(T.ROOM_MEMBER)).payload).toMatchObject({
    room_id,
    event: 'left',
    reason: 'removed',
    member: { user_id: bob.id },
  })
  expect(await does('rooms', 'remove', 'voice', 'bob')).toMatchObject({ code: 1 })
  bob.client.send(T.ROOM_JOIN, { room_id: 'voice' })
  await bob.client.next(T.ROOM_JOINED)
  expect(await does('rooms', 'close', 'voice')).toMatchObject({ code: 0, out: 'closed voice\n' })
  for (const { client } of [alice, bob])
    expect((await client.next(T.ROOM_LEFT)).payload).toMatchObject({ room_id, reason: 'closed' })
  expect(await does('rooms', 'close', 'voice')).toMatchObject({ code: 1 })
})

test('ADMIN-24 ADMIN-4 SEC-7 who is admitted enters by the code, which no log has', async () => {
  const { daemon, does, alice, bob } = await start()
  alice.client.send(T.ROOM_LEAVE, { room_id: 'voice' })
  await alice.client.next(T.ROOM_LEFT)
  alice.client.send(T.ROOM_JOIN, { room_id: 'board' })
  expect((await alice.client.next(T.ERROR)).payload).toMatchObject({ reason: 'invite_required' })

  const { code, out } = await does('rooms', 'admit', 'board', 'alice')
  const invite = out.trim()
  expect([code, invite]).toEqual([0, expect.stringMatching(/^[\w-]{20,}$/)])
  alice.client.send(T.ROOM_JOIN, { room_id: 'board', invite })
  expect((await alice.client.next(T.ROOM_JOINED)).payload).toMatchObject({ room_id: 'techial_board' })
  expect(await does('rooms', 'admit', 'board', 'nobody')).toMatchObject({ code: 1, out: '' })
  expect(await does('rooms', 'admit', 'other', 'alice')).toMatchObject({ code: 1, out: '' })
  await does('rooms', 'remove', 'voice', 'bob')
  await does('rooms', 'close', 'board')

  const log = await readFile(join(daemon.cwd, 'security.log'), 'utf8')
  const events = log
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  const event = { event: 'administration', by: 'control socket', reason: 'done' }
  const admit = { ...event, action: 'rooms admit' }
  expect(events).toMatchObject([
    { ...admit, user_id: alice.id },
    { ...admit, reason: 'user_not_found' },
    { ...admit, reason: 'room_not_found', user_id: alice.id },
    { ...event, action: 'rooms remove', user_id: bob.id },
    { ...event, action: 'rooms close' },
  ])
  for (const text of [log, JSON.stringify(daemon.lines)]) expect(text).not.toContain(invite)
})

test('ADMIN-24 HTTP-36 HTTP-37 a room for the invited is there for who was admitted, over HTTP too', async () => {
  const daemon = await spawn({ http: {} })
  const urls = logged(daemon, 'reachable').map(({ url }) => String(url))
  const base = new URL(urls.find((url) => url.startsWith('http:')) ?? '').origin
  const [alice, bob] = [await httpClient(base, 'alice'), await httpClient(base, 'bob')]
  const hidden = { status: 404, body: { error: 'room_not_found' } }
  const listed = async (client: typeof alice) => (await client.get('/api/rooms')).body['rooms']

  expect(await alice.get('/api/rooms/board/info')).toMatchObject(hidden)
  expect(await listed(alice)).toEqual([])
  const invite = (await ctl(daemon, ['rooms', 'admit', 'board', 'alice'])).out.trim()
  // Who is invited sees it before it comes in.
  expect(await alice.get('/api/rooms/board/info')).toMatchObject({ status: 200, body: { members: [] } })
  expect(await bob.get('/api/rooms/board/info')).toMatchObject(hidden)
  expect(await bob.post('/api/rooms/board/join', { invite })).toMatchObject({ status: 403 })
  expect((await alice.post('/api/rooms/board/join', { invite })).status).toBe(200)
  expect(await listed(alice)).toMatchObject([{ room_id: 'techial_board', members: 1 }])
  expect(await listed(bob)).toEqual([])
  expect(await bob.get('/api/rooms/board/info')).toMatchObject(hidden)

  await alice.post('/api/rooms/board/invite', { to_user_id: bob.userId })
  expect(await bob.get('/api/rooms/board/info')).toMatchObject({
    body: { name: 'The board', invite_only: true, members: [{ username: 'alice' }] },
  })
  // Who is removed has to be asked in again.
  await ctl(daemon, ['rooms', 'remove', 'board', 'alice'])
  expect(await alice.get('/api/rooms/board/info')).toMatchObject(hidden)
})

test('ADMIN-24 DOOR-1 DOOR-5 who was admitted comes in by the door of the room with the invitation', async () => {
  const daemon = await spawn({ http: {} })
  const urls = logged(daemon, 'reachable').map(({ url }) => String(url))
  const base = new URL(urls.find((url) => url.startsWith('http:')) ?? '').origin
  const { token } = await httpClient(base, 'alice')
  const open = (query: string) => {
    const client = new EventClient(`${base.replace('http', 'ws')}/ws/board?token=${token}${query}`)
    afterwards(() => client.close())
    return client
  }
  const refused = open('')
  expect(await refused.next()).toMatchObject({ type: 'error', error: 'invite_required' })
  expect(await refused.closed).toEqual({ code: 4403, reason: 'invite_required' })
  const invite = (await ctl(daemon, ['rooms', 'admit', 'board', 'alice'])).out.trim()
  expect(await open(`&invite=${invite}`).next()).toEqual({ type: 'members', members: [] })
})
