import type { User } from 'roomrtc-client'
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

const listed = (name: string, state: User['state'] = 'Available') => ({
  user_id: name,
  username: name,
  state,
})

/** Answers the request for the page that is due, and says which one that was. */
function answerPage(world: FakeWorld, users: readonly object[], next_cursor?: string): unknown {
  const { request_id, cursor } = world.line.takeOne('USER_LIST_REQUEST')
  const more = next_cursor === undefined ? {} : { truncated: true, next_cursor }
  world.line.say('USER_LIST_RESPONSE', { users, ...more, request_id })
  return cursor
}

/** alice, whose list has three pages; `between` happens between two of them. */
async function aliceWithPages(between: (world: FakeWorld, page: number) => void) {
  const { world, client } = await connected()
  const login = client.login({ username: 'alice', password: 'secret' })
  await settled()
  const { request_id } = world.line.takeOne('LOGIN_REQUEST')
  const session = { session_token: 'token 1', resume_window_ms: 60_000 }
  world.line.say('LOGIN_RESPONSE', { success: true, user_id: 'a', username: 'alice', ...session, request_id })
  await settled()
  const cursors = [answerPage(world, [listed('b'), listed('c')], 'after c')]
  await login
  between(world, 1)
  cursors.push(answerPage(world, [listed('d'), listed('e')], 'after e'))
  between(world, 2)
  cursors.push(answerPage(world, [listed('f', 'Disconnected'), listed('g', 'Disconnected')]))
  return { world, client, cursors }
}

const statesOf = (users: Iterable<User>) => Object.fromEntries([...users].map(({ id, state }) => [id, state]))

it('PKG-18 a list of three pages is read to its end, and what changes between two of them counts', async () => {
  const { world, client, cursors } = await aliceWithPages((at, page) => {
    const change = (name: string, state: User['state']) => {
      at.line.say('USER_STATE_UPDATE', listed(name, state))
    }
    if (page === 1) {
      // Of the page before, of the next one, which will say the same, and who is new.
      change('b', 'Busy')
      change('d', 'Available')
      change('new', 'Available')
    } else {
      change('d', 'Disconnected')
    }
  })
  expect(cursors).toEqual([undefined, 'after c', 'after e'])
  expect(world.line.take()).toEqual([])
  expect(statesOf(client.users)).toEqual({
    ...{ b: 'Busy', c: 'Available', d: 'Disconnected', e: 'Available' },
    ...{ f: 'Disconnected', g: 'Disconnected', new: 'Available' },
  })
})

it('PKG-18 while it is read anew after a loss nobody is told to be gone, and at its end who is', async () => {
  const { world, client } = await aliceWithPages(() => undefined)
  const told: object[] = []
  client.users.on('change', (users) => told.push(statesOf(users)))
  breakLine(world)
  world.pass(30_000)
  await welcome(world)
  resume(world)
  world.line.take()
  world.line.say('USER_LIST_RESPONSE', {
    users: [listed('b'), listed('c', 'Busy')],
    truncated: true,
    next_cursor: 'after c',
  })
  expect([told, client.users.size]).toEqual([[{ c: 'Busy' }], 6])
  expect(answerPage(world, [listed('e'), listed('f')], 'after f')).toBe('after c')
  expect([told.slice(1), client.users.size]).toEqual([[{ f: 'Available' }], 6])
  expect(answerPage(world, [listed('g', 'Disconnected')])).toBe('after f')
  expect(told.slice(2)).toEqual([{ d: 'Disconnected' }])
  expect(client.users.get('d')).toBeUndefined()
})

it('PKG-18 a connection that is lost between two pages leaves who was known, until the list is there again', async () => {
  const { world, client } = await aliceWithPages(() => undefined)
  for (const last of [false, true]) {
    breakLine(world)
    world.pass(30_000)
    await welcome(world)
    resume(world)
    world.line.take()
    const more = last ? {} : { truncated: true, next_cursor: 'after b' }
    world.line.say('USER_LIST_RESPONSE', { users: [listed('b')], ...more })
    expect(client.users.size).toBe(last ? 1 : 6)
  }
})

it('PKG-18 of more than 10,000 users no further page is asked for, and who comes takes the place of who is not here', async () => {
  const { world, client } = await aliceIn()
  const many = (state: User['state']) => Array.from({ length: 10_000 }, (_, i) => listed(`user ${i}`, state))
  world.line.say('USER_LIST_RESPONSE', { users: many('Disconnected'), truncated: true, next_cursor: 'more' })
  expect(world.line.take()).toEqual([])
  world.line.say('USER_STATE_UPDATE', listed('away', 'Disconnected'))
  world.line.say('USER_STATE_UPDATE', listed('zoe'))
  expect(client.users.size).toBe(10_000)
  expect([client.users.get('away'), client.users.named('zoe')?.state]).toEqual([undefined, 'Available'])
  world.line.say('USER_LIST_RESPONSE', { users: many('Available') })
  world.line.say('USER_STATE_UPDATE', listed('zoe'))
  expect([client.users.size, client.users.get('zoe')]).toEqual([10_000, undefined])
})

it('PKG-18 a login waits for the first page alone', async () => {
  const { world, client } = await connected()
  const login = client.login({ username: 'alice', password: 'secret' })
  await letIn(world)
  expect(await login).toEqual({ id: 'a', username: 'alice' })
})
