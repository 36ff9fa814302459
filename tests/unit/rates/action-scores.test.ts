import { expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { rateLimits } from '../../../src/daemon/settings.ts'
import { actions } from '../../../src/session/rates/action-scores.ts'
import { createHouse } from '../../support/house/house.ts'
import { ROOM_CAPABILITIES } from '../../support/house/roommate.ts'
import { T } from '../../support/wire/wire.ts'
import { createWriters, history, write } from '../messages/writers.support.ts'
import { ALICE, BOB } from '../files/some-file.ts'

const limits = (rate_limits: object) => rateLimits(configSchema.parse({ rate_limits }))

test('RATE-10 a score rises by 1 with each action, falls with time, and is refused beyond its maximum', () => {
  const rates = limits({ upload_max_score: 2, upload_decay_per_minute: 60 })
  expect([rates.act('UPLOAD', ALICE, 0), rates.act('UPLOAD', ALICE, 0)]).toEqual([undefined, undefined])
  expect(rates.act('UPLOAD', ALICE, 300)).toEqual({
    reason: 'rate_limited',
    detail: 'You upload files too fast; try again in 1 s',
    retryAfterMs: 700,
    facts: { current_score: 1.7, max_score: 2 },
  })
  expect(rates.act('UPLOAD', BOB, 300)).toBeUndefined()
  expect(rates.act('UPLOAD', ALICE, 1000)).toBeUndefined()
})

test.each([
  ['CHAT_SEND', 'chat_send', 'You send messages too fast'],
  ['CHAT_REACT', 'chat_react', 'You react to messages too fast'],
  ['UPLOAD', 'upload', 'You upload files too fast'],
  ['ROOM_JOIN', 'room_join', 'You enter rooms too fast'],
] as const)('RATE-10 %s has a rule of its own, whose refusal names it', (action, key, sentence) => {
  const rates = limits({ [`${key}_max_score`]: 1, [`${key}_decay_per_minute`]: 1 })
  for (const each of actions) expect(rates.act(each, ALICE, 0)).toBeUndefined()
  for (const each of actions) {
    const refusal = rates.act(each, ALICE, 0)
    expect(refusal?.detail).toBe(each === action ? `${sentence}; try again in 60 s` : undefined)
  }
})

test('RATE-10 whoever enters rooms too fast is told how long to wait, and how its score is', async () => {
  const house = createHouse({ rates: limits({ room_join_max_score: 2, room_join_decay_per_minute: 6 }) })
  const alice = await house.logIn('alice', ROOM_CAPABILITIES)
  const join = async () => {
    alice.take()
    await alice.send(T.ROOM_JOIN, { room_id: 'den', request_id: 'r' })
    return alice.take()[0]
  }
  expect((await join())?.type).toBe(T.ROOM_JOINED)
  await alice.send(T.ROOM_LEAVE, { room_id: 'den' })
  expect((await join())?.type).toBe(T.ROOM_JOINED)
  expect(await join()).toMatchObject({
    type: T.ERROR,
    payload: {
      code: 429,
      reason: 'rate_limited',
      message: 'You enter rooms too fast; try again in 10 s',
      retry_after_ms: 10_000,
      current_score: 2,
      max_score: 2,
      in_reply_to: T.ROOM_JOIN,
      request_id: 'r',
    },
  })
  await house.pass(10_000)
  await alice.send(T.ROOM_LEAVE, { room_id: 'den' })
  expect((await join())?.type).toBe(T.ROOM_JOINED)
})

test('RATE-10 whoever sends or reacts too fast is told so, and reads and edits all the same', async () => {
  const rates = limits({
    ...{ chat_send_max_score: 2, chat_send_decay_per_minute: 6 },
    ...{ chat_react_max_score: 1, chat_react_decay_per_minute: 6 },
  })
  const { house, alice, bob } = await createWriters({ rates })
  const { conversation_id, message_id } = await write(alice, bob, 'one')
  await write(alice, bob, 'two')
  const at = { conversation_id, message_id }
  const tooFast = async (type: number, payload: object) => {
    alice.take()
    await alice.send(type, payload)
    return alice.take(T.ERROR)[0]?.payload
  }
  const third = { to_user_id: bob.userId, text: 'three', client_id: 'c' }
  expect(await tooFast(T.MESSAGE_SEND, third)).toMatchObject({
    ...{ code: 429, reason: 'rate_limited', message: 'You send messages too fast; try again in 10 s' },
    ...{ retry_after_ms: 10_000, current_score: 2, max_score: 2 },
  })
  expect(await tooFast(T.MESSAGE_REACT, { ...at, reaction: '1', on: true })).toBeUndefined()
  expect(await tooFast(T.MESSAGE_REACT, { ...at, reaction: '1', on: false })).toMatchObject({
    ...{ reason: 'rate_limited', message: 'You react to messages too fast; try again in 10 s' },
    ...{ retry_after_ms: 10_000, current_score: 1, max_score: 1 },
  })
  expect(await tooFast(T.MESSAGE_EDIT, { ...at, text: 'another' })).toBeUndefined()
  await write(bob, alice, 'others may')
  expect((await history(alice, conversation_id)).texts).toEqual(['another', 'two', 'others may'])
  await house.pass(10_000)
  expect(await tooFast(T.MESSAGE_SEND, third)).toBeUndefined()
})

test('RATE-10 RATE-7 without limits on rates nothing is counted', () => {
  const rates = rateLimits(configSchema.parse({ security: { enable_rate_limiting: false } }))
  for (let times = 0; times < 1000; times += 1) expect(rates.act('CHAT_SEND', ALICE, 0)).toBeUndefined()
})
