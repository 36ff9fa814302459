import { expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import { roomRules } from '../../../src/daemon/settings.ts'
import { createHouseMessages } from '../../support/house/house-messages.ts'
import { settled } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'
import { ask, conversations, createWriters, history, refusal, texts, told, write } from './writers.support.ts'

const join = { room_id: 'voice' }

test('MSG-3 in a room its members write to each other, at all their devices, and nobody else', async () => {
  const { alice, tablet, bob, carol, silence } = await createWriters()
  for (const client of [alice, bob]) await client.send(T.ROOM_JOIN, join)
  silence()
  expect(await write(alice, 'voice', 'hello all')).toMatchObject({ conversation_id: 'voice' })
  for (const client of [tablet, bob]) expect(texts(client)).toEqual(['hello all'])
  expect(texts(carol)).toEqual([])
  expect(await refusal(carol, T.MESSAGES_REQUEST, { conversation_id: 'voice' })).toBe(
    'conversation_not_found',
  )
  expect(await conversations(bob)).toEqual([['voice', 'hello all', 1]])
  await bob.send(T.ROOM_LEAVE, join)
  expect(await conversations(bob)).toEqual([])
  const inside = { conversation_id: 'voice', text: 'x', client_id: 'c' }
  expect(await refusal(bob, T.MESSAGE_SEND, inside)).toBe('conversation_not_found')
  await write(alice, 'voice', 'without bob')
  expect(texts(bob)).toEqual([])
})

test('MSG-5 what one has read in a room is told one’s own devices alone', async () => {
  const { alice, tablet, bob, silence } = await createWriters()
  for (const client of [alice, bob]) await client.send(T.ROOM_JOIN, join)
  const { message_id: up_to } = await write(bob, 'voice', 'hello')
  silence()
  await alice.send(T.MESSAGE_READ, { conversation_id: 'voice', up_to })
  expect(told(tablet)).toHaveLength(1)
  expect(told(bob)).toEqual([])
})

test('MSG-6 who made a room may delete what others write in it, and other members may not', async () => {
  const { alice, bob, carol } = await createWriters()
  for (const client of [alice, bob, carol]) await client.send(T.ROOM_JOIN, join)
  const { message_id } = await write(bob, 'voice', 'rude')
  const at = { conversation_id: 'voice', message_id }
  expect(await refusal(carol, T.MESSAGE_DELETE, at)).toBe('not_message_sender')
  expect(await ask(alice, T.MESSAGE_DELETE, at, T.MESSAGE_DELETE)).toMatchObject({ user_id: alice.userId })
  const own = await write(alice, 'voice', 'mine')
  const edit = { conversation_id: 'voice', message_id: own['message_id'], text: 'x' }
  expect(await refusal(bob, T.MESSAGE_EDIT, edit)).toBe('not_message_sender')
})

test('MSG-10 a later room of the same id shows nothing of the former, even where its messages are still there', async () => {
  const messages = createHouseMessages()
  const forgotten: string[] = []
  const forgetConversation = (conversation: string) => {
    forgotten.push(conversation)
    return Promise.resolve({ ok: false, error: 'storage_unavailable' } as const)
  }
  const { house, alice, bob } = await createWriters({ messages: { ...messages, forgetConversation } })
  await alice.send(T.ROOM_JOIN, join)
  const { message_id } = await write(alice, 'voice', 'of the first room')
  await alice.send(T.ROOM_LEAVE, join)
  await house.pass(60_000)
  expect(forgotten).toHaveLength(1)
  for (const client of [bob, alice]) await client.send(T.ROOM_JOIN, join)
  expect((await history(bob, 'voice')).texts).toEqual([])
  const react = { conversation_id: 'voice', message_id, reaction: 'x', on: true }
  expect(await refusal(alice, T.MESSAGE_REACT, react)).toBe('message_not_found')
  const search = await ask(alice, T.MESSAGE_SEARCH, { query: 'first' }, T.MESSAGES)
  expect(search['messages']).toEqual([])
})

test('MSG-10 a room that is over leaves nothing in the store', async () => {
  const messages = createHouseMessages()
  const { house, alice } = await createWriters({ messages })
  await alice.send(T.ROOM_JOIN, join)
  await write(alice, 'voice', 'over soon')
  await alice.send(T.ROOM_LEAVE, join)
  await house.pass(60_000)
  await settled()
  expect(await messages.all(undefined, 9)).toEqual({ ok: true, value: [] })
})

test('MSG-10 a permanent room keeps its messages while nobody is in it', async () => {
  const config = configSchema.parse({ rooms: { permanent: [{ id: 'voice' }] } })
  const { house, alice, bob } = await createWriters({ roomRules: roomRules(config) })
  await alice.send(T.ROOM_JOIN, join)
  await write(alice, 'voice', 'for later')
  await alice.send(T.ROOM_LEAVE, join)
  await house.pass(600_000)
  const later = await house.logIn('bob', bob.capabilities)
  await later.send(T.ROOM_JOIN, join)
  expect((await history(later, 'voice')).texts).toEqual(['for later'])
})
