import { historyOf } from 'roomrtc-client/history'
import { expect, it } from 'vitest'
import { aliceIn, bob, breakLine, resume, settled, welcome } from '../../support/client/fake-client.ts'

const CAPABILITIES = ['resume', 'call_control', 'history']

it('PKG-71 how many calls were missed is told whenever the server says so', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const history = historyOf(client)
  expect(history.unseen).toBeUndefined()
  const told: number[] = []
  history.on('unseen', (count) => told.push(count))
  world.line.say('HISTORY_SEEN', { unseen: 2 })
  expect(history.unseen).toBe(2)
  expect(historyOf(client)).toBe(history)
  breakLine(world)
  world.pass(5000)
  await welcome(world, CAPABILITIES)
  resume(world)
  world.line.say('USER_LIST_RESPONSE', { users: [] })
  world.line.say('HISTORY_SEEN', { unseen: 3 })
  expect(told).toEqual([2, 3])
  const leaving = client.logout()
  world.line.say('LOGOUT_RESPONSE', { ...world.line.takeOne('LOGOUT_REQUEST'), success: true, error: null })
  await leaving
  expect(history.unseen).toBeUndefined()
})

it('PKG-70 a page of calls is asked for, and the next', async () => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const history = historyOf(client)
  const asked = history.list({ missed: true, limit: 1 })
  const { request_id, ...request } = world.line.takeOne('HISTORY_REQUEST')
  expect(request).toEqual({ missed: true, limit: 1 })
  const entry = { call_id: 'c', peer_user_id: 'b', peer_username: 'bob', direction: 'incoming' }
  const more = { outcome: 'missed', started_at: 5, duration_ms: 0, seen: false }
  world.line.say('HISTORY', { entries: [{ ...entry, ...more }], unseen: 4, next_cursor: '5.c', request_id })
  expect(await asked).toEqual({
    calls: [
      {
        id: 'c',
        peer: bob,
        direction: 'incoming',
        outcome: 'missed',
        startedAt: 5,
        durationMs: 0,
        seen: false,
      },
    ],
    unseen: 4,
    cursor: '5.c',
  })
  const next = history.list({ cursor: '5.c' })
  world.line.say('HISTORY', {
    entries: [],
    unseen: 4,
    request_id: world.line.takeOne('HISTORY_REQUEST')['request_id'],
  })
  expect((await next).cursor).toBeUndefined()
})

it.each([
  [{ call: 'c' }, { call_id: 'c' }],
  [{ upTo: 5 }, { up_to: 5 }],
  [undefined, {}],
])('PKG-70 PKG-71 %o is marked as seen', async (which, payload) => {
  const { world, client } = await aliceIn({}, CAPABILITIES)
  const history = historyOf(client)
  const marked = history.markSeen(which)
  const { request_id, ...request } = world.line.takeOne('HISTORY_SEEN')
  expect(request).toEqual(payload)
  world.line.say('HISTORY_SEEN', { unseen: 1, request_id })
  expect(await marked).toBe(1)
  expect(history.unseen).toBe(1)
})

it('PKG-70 where the server keeps no calls, or refuses, it rejects', async () => {
  const { client } = await aliceIn({}, ['resume'])
  await expect(historyOf(client).list()).rejects.toMatchObject({ code: 'wrong_state' })
  const { world, client: other } = await aliceIn({}, CAPABILITIES)
  const asked = historyOf(other).list({ cursor: 'x' })
  const { request_id } = world.line.takeOne('HISTORY_REQUEST')
  world.line.say('ERROR', {
    code: 400,
    message: 'no',
    reason: 'invalid_field',
    in_reply_to: 0x50,
    request_id,
  })
  await expect(asked).rejects.toMatchObject({ code: 'refused', reason: 'invalid_field' })
  await settled()
})
