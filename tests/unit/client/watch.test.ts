import type { Client } from 'roomrtc-client'
import { type View, type Watch, watchOf } from 'roomrtc-client/watch'
import { expect, it } from 'vitest'
import {
  aliceIn,
  breakLine,
  connected,
  letIn,
  resume,
  settled,
  welcome,
} from '../../support/client/fake-client.ts'
import type { FakeWorld } from '../../support/client/fake-world.ts'

const CAPABILITIES = ['resume', 'rooms', 'watch']

interface Stage {
  readonly world: FakeWorld
  readonly client: Client
  readonly watch: Watch
  readonly view: View
}

async function begin(capabilities = CAPABILITIES): Promise<Stage> {
  const { world, client } = await aliceIn({}, capabilities)
  const watch = watchOf(client)
  return { world, client, watch, view: watch.view() }
}

const user = (user_id: string, state: string, username?: string) =>
  username === undefined ? { user_id, state } : { user_id, username, state }

/** Answers the WATCH that is due, and says what it asked for. */
async function answer({ world }: Pick<Stage, 'world'>, answered: object = {}): Promise<object> {
  await settled()
  const { request_id, ...asked } = world.line.takeOne('WATCH')
  world.line.say('WATCHED', { all: false, users: [], rooms: [], ...answered, request_id })
  await settled()
  return asked
}

it('PKG-73 what all views show together is asked for once, and what they are told is in the list of users', async () => {
  const stage = await begin()
  const { client, watch, view, world } = stage
  const told: unknown[] = []
  client.users.on('change', (users) => told.push(...users))
  view.set({ users: ['b', 'gone'] })
  watch.view().set({ users: ['c', 'b', 'd'] })
  view.set({ users: ['gone', 'b'] })
  const users = [user('gone', 'Disconnected'), user('b', 'Busy', 'bob'), user('c', 'Available', 'carol')]
  expect(await answer(stage, { users: [...users, user('d', 'Disconnected', 'dan')] })).toEqual({
    user_ids: ['gone', 'b', 'c', 'd'],
    room_ids: [],
  })
  expect(told).toEqual([
    { id: 'b', username: 'bob', state: 'Busy' },
    { id: 'c', username: 'carol', state: 'Available' },
    { id: 'd', username: 'dan', state: 'Disconnected' },
  ])
  world.line.say('USER_STATE_UPDATE', user('c', 'Busy', 'carol'))
  expect(client.users.get('c')?.state).toBe('Busy')
  expect(client.users.get('gone')).toBeUndefined()
})

it('PKG-73 a name that the server has told before is known, and need not come again', async () => {
  const stage = await begin()
  stage.view.set({ users: ['b'] })
  await answer(stage, { users: [user('b', 'Disconnected')] })
  expect(stage.client.users.get('b')).toEqual({ id: 'b', username: 'bob', state: 'Disconnected' })
})

it('PKG-73 who scrolls asks at most four times a second, and in the end for what is shown then', async () => {
  const stage = await begin()
  const { world, view } = stage
  view.set({ users: ['1'] })
  expect(await answer(stage)).toMatchObject({ user_ids: ['1'] })
  for (const id of ['2', '3', '4']) {
    view.set({ users: [id] })
    await settled()
  }
  expect(world.line.take()).toEqual([])
  world.pass(250)
  expect(await answer(stage)).toMatchObject({ user_ids: ['4'] })
  view.set({ users: ['5'] })
  await settled()
  view.set({ users: ['4'] })
  world.pass(250)
  await settled()
  expect(world.line.take()).toEqual([])
})

it('PKG-74 without a view everybody is told of; after the last one the list is read anew', async () => {
  const stage = await begin()
  const { world, client, view, watch } = stage
  await settled()
  expect(world.line.take()).toEqual([])
  view.set({})
  expect(await answer(stage)).toEqual({ user_ids: [], room_ids: [] })
  const other = watch.view()
  other.set({ users: ['b'] })
  view.close()
  world.pass(250)
  expect(await answer(stage)).toMatchObject({ user_ids: ['b'] })
  other.close()
  world.pass(250)
  await settled()
  const { request_id, ...asked } = world.line.takeOne('WATCH')
  expect(asked).toEqual({ all: true })
  world.line.say('WATCHED', { all: true, users: [], rooms: [], request_id })
  const list = world.line.takeOne('USER_LIST_REQUEST')
  world.line.say('USER_LIST_RESPONSE', {
    users: [user('b', 'Busy', 'bob')],
    request_id: list['request_id'],
  })
  expect(client.users.get('b')?.state).toBe('Busy')
})

it('PKG-75 the server keeps it while the connection is lost, and what has changed meanwhile is told', async () => {
  const stage = await begin()
  const { world, client, view } = stage
  view.set({ users: ['b'], rooms: ['voice'] })
  await answer(stage, { users: [user('b', 'Available', 'bob')] })
  breakLine(world)
  world.pass(30_000)
  await welcome(world, CAPABILITIES)
  resume(world)
  world.line.say('WATCHED', {
    ...{ all: false, users: [user('b', 'Busy')] },
    rooms: [{ room_id: 'voice', members: 2, name: 'voice', max_members: 10, invite_only: false }],
  })
  await settled()
  expect(world.line.take().filter(({ type }) => type === 'WATCH')).toEqual([])
  expect(client.users.get('b')).toEqual({ id: 'b', username: 'bob', state: 'Busy' })
  expect(stage.watch.room('voice')).toMatchObject({ members: 2 })
})

it('PKG-75 a WATCH that was under way when the connection broke is sent again', async () => {
  const stage = await begin()
  const { world, view } = stage
  view.set({ users: ['b'] })
  await settled()
  world.line.takeOne('WATCH')
  breakLine(world)
  world.pass(30_000)
  await welcome(world, CAPABILITIES)
  resume(world)
  world.line.say('USER_LIST_RESPONSE', { users: [] })
  await settled()
  world.pass(250)
  expect(await answer(stage)).toMatchObject({ user_ids: ['b'] })
})

it('PKG-75 another session is told anew, whether it comes by itself or by another login', async () => {
  const stage = await begin()
  const { world, client, view, watch } = stage
  view.set({ users: ['b'], rooms: ['voice'] })
  await answer(stage, { rooms: [{ room_id: 'voice', members: 1 }] })
  breakLine(world)
  world.pass(30_000)
  await welcome(world, CAPABILITIES)
  const { request_id } = world.line.takeOne('RESUME')
  world.line.say('RESUME_REFUSED', { reason: 'expired', request_id })
  expect(watch.room('voice')).toBeUndefined()
  await settled()
  const login_id = world.line.takeOne('LOGIN_REQUEST')['request_id']
  const session = { session_token: 'token 2', resume_window_ms: 60_000, request_id: login_id }
  world.line.say('LOGIN_RESPONSE', { success: true, user_id: 'a', username: 'alice', ...session })
  // Before the list is there.
  expect(await answer(stage)).toEqual({ user_ids: ['b'], room_ids: ['voice'] })

  void client.logout()
  const { request_id: out } = world.line.takeOne('LOGOUT_REQUEST')
  world.line.say('LOGOUT_RESPONSE', { success: true, error: null, request_id: out })
  await settled()
  world.pass(250)
  expect(world.line.take()).toEqual([])
  const login = client.login({ username: 'alice', password: 'secret' })
  await letIn(world)
  await login
  expect(await answer(stage)).toEqual({ user_ids: ['b'], room_ids: ['voice'] })
})

it('PKG-76 of a room it is told how many are in it, and that it is not there', async () => {
  const stage = await begin()
  const { world, view, watch } = stage
  const told: unknown[] = []
  watch.on('room', (room) => told.push(room))
  view.set({ rooms: ['voice', 'secret'] })
  const voice = { room_id: 'voice', name: 'Voice', max_members: 10, invite_only: false }
  const rooms = [
    { ...voice, members: 1 },
    { room_id: 'secret', members: 0 },
  ]
  expect(await answer(stage, { rooms })).toEqual({ user_ids: [], room_ids: ['voice', 'secret'] })
  world.line.say('WATCHED_ROOM', { ...voice, members: 2 })
  const shown = { id: 'voice', name: 'Voice', maxMembers: 10, inviteOnly: false }
  const nothing = { name: undefined, maxMembers: undefined, inviteOnly: undefined }
  expect(told).toEqual([
    { ...shown, members: 1 },
    { id: 'secret', members: 0, ...nothing },
    { ...shown, members: 2 },
  ])
  expect(watch.room('voice')).toEqual({ ...shown, members: 2 })
  expect(watch.room('unknown')).toBeUndefined()
})

it('PKG-77 no more is asked for than the server takes, rooms first, then who was shown first', async () => {
  const stage = await begin()
  const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`)
  stage.view.set({ users: ids('a', 300) })
  stage.watch.view().set({ users: ids('b', 300), rooms: ids('r', 50) })
  expect(await answer(stage)).toEqual({
    user_ids: [...ids('a', 300), ...ids('b', 150)],
    room_ids: ids('r', 50),
  })
})

it('PKG-77 a server that cannot is not asked, and one without rooms not for rooms', async () => {
  const old = await begin(['resume'])
  old.view.set({ users: ['b'] })
  await settled()
  expect(old.world.line.take()).toEqual([])
  const plain = await begin(['watch'])
  plain.view.set({ users: ['b'], rooms: ['voice'] })
  expect(await answer(plain)).toEqual({ user_ids: ['b'], room_ids: [] })
})

it('PKG-77 what is refused for now is asked for again then; what is refused for good is told once', async () => {
  const { world, client, view } = await begin()
  const refusals: unknown[] = []
  client.on('refusal', ({ reason }) => refusals.push(reason))
  view.set({ users: ['b'] })
  const refuse = async (reason: string, more: object = {}) => {
    await settled()
    const { request_id } = world.line.takeOne('WATCH')
    world.line.say('ERROR', { code: 400, message: 'No', reason, in_reply_to: 0x5a, ...more, request_id })
    await settled()
  }
  await refuse('rate_limited', { retry_after_ms: 3000 })
  world.pass(2999)
  await settled()
  expect([world.line.take(), refusals]).toEqual([[], []])
  world.pass(1)
  await refuse('invalid_field')
  world.pass(10_000)
  await settled()
  expect([world.line.take(), refusals]).toEqual([[], ['invalid_field']])
})

it('PKG-78 where that is wanted, so many users are read at the login, and no more', async () => {
  const { world, client } = await connected({}, CAPABILITIES)
  watchOf(client, { list: 2 })
  const login = client.login({ username: 'alice', password: 'secret' })
  await settled()
  const { request_id } = world.line.takeOne('LOGIN_REQUEST')
  world.line.say('LOGIN_RESPONSE', { success: true, user_id: 'a', username: 'alice', request_id })
  await settled()
  const { request_id: asked, ...list } = world.line.takeOne('USER_LIST_REQUEST')
  expect(list).toEqual({ limit: 2 })
  const users = [user('a', 'Available', 'alice'), user('b', 'Available', 'bob')]
  world.line.say('USER_LIST_RESPONSE', { users, truncated: true, next_cursor: 'b', request_id: asked })
  await login
  expect([client.users.size, world.line.take()]).toEqual([2, []])
})

it('PKG-73 a client that is closed leaves no timer', async () => {
  const stage = await begin()
  const { world, client, view } = stage
  view.set({ users: ['b'] })
  await answer(stage)
  view.set({ users: ['c'] })
  const closing = client.close()
  const { request_id } = world.line.takeOne('LOGOUT_REQUEST')
  world.line.say('LOGOUT_RESPONSE', { success: true, error: null, request_id })
  await settled()
  breakLine(world)
  await closing
  expect([world.timers, world.watchers]).toEqual([0, 0])
})
