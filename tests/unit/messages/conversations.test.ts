import { expect, test } from 'vitest'
import { T } from '../../support/wire/wire.ts'
import {
  ask,
  CAPABILITIES,
  conversations,
  createWriters,
  history,
  listOf,
  refusal,
  told,
  write,
} from './writers.support.ts'

test('MSG-4 conversations come with the last message and what is unread, the latest first', async () => {
  const { alice, bob, carol } = await createWriters()
  expect(await conversations(alice)).toEqual([])
  await write(bob, alice, 'from bob')
  await write(bob, alice, 'and another')
  await write(carol, alice, 'from carol')
  expect(await conversations(alice)).toEqual([
    ['carol', 'from carol', 1],
    ['bob', 'and another', 2],
  ])
  expect(await conversations(bob)).toEqual([['alice', 'and another', 0]])
  await write(alice, bob, 'to bob')
  expect(await conversations(alice)).toEqual([
    ['bob', 'to bob', 2],
    ['carol', 'from carol', 1],
  ])
  const first = await ask(alice, T.CONVERSATIONS_REQUEST, { limit: 1 }, T.CONVERSATIONS)
  expect(first['more']).toBe(true)
  const [{ last_message } = {}] = listOf(first['conversations'])
  const before: unknown = Reflect.get(Object(last_message), 'message_id')
  expect(await conversations(alice, { before })).toEqual([['carol', 'from carol', 1]])
  expect(await refusal(alice, T.CONVERSATIONS_REQUEST, { before: 'x' })).toBe('invalid_field')
})

test('MSG-5 what is read at one device is read at all, and the other sees how far', async () => {
  const { alice, tablet, bob } = await createWriters()
  const sent = [await write(bob, alice, '1'), await write(bob, alice, '2'), await write(bob, alice, '3')]
  const { conversation_id } = sent[0] ?? {}
  const read = (which: number) => ({ conversation_id, up_to: sent[which]?.['message_id'] })
  for (const client of [alice, tablet, bob]) client.take()
  await alice.send(T.MESSAGE_READ, { ...read(1), request_id: 'r' })
  const news = { ...read(1), user_id: alice.userId }
  expect(told(alice).map(({ payload }) => payload)).toEqual([{ ...news, unread: 1, request_id: 'r' }])
  expect(told(tablet).map(({ payload }) => payload)).toEqual([{ ...news, unread: 1 }])
  expect(told(bob).map(({ payload }) => payload)).toEqual([news])
  expect(await conversations(tablet)).toEqual([['bob', '3', 1]])
  // A mark that comes late does not take it back.
  const late = await ask(tablet, T.MESSAGE_READ, read(0), T.MESSAGE_READ)
  expect(late['unread']).toBe(1)
  const list = await ask(bob, T.CONVERSATIONS_REQUEST, {}, T.CONVERSATIONS)
  expect(listOf(list['conversations'])[0]).toMatchObject({ peer_read_up_to: sent[1]?.['message_id'] })
  expect(await refusal(alice, T.MESSAGE_READ, { conversation_id, up_to: 'x' })).toBe('message_not_found')
  const unknown = '019beb3c-7c00-7000-8000-000000000000'
  expect(await refusal(alice, T.MESSAGE_READ, { conversation_id, up_to: unknown })).toBe('message_not_found')
})

test('MSG-16 the history comes a page at a time, in the order of time, and says whether there is more', async () => {
  const { alice, bob } = await createWriters()
  const sent = []
  for (let i = 0; i < 5; i++) sent.push(await write(alice, bob, `${i}`))
  const { conversation_id } = sent[0] ?? {}
  expect(await history(bob, conversation_id, { limit: 2 })).toMatchObject({ texts: ['3', '4'], more: true })
  const before = sent[3]?.['message_id']
  expect(await history(bob, conversation_id, { limit: 3, before })).toMatchObject({
    ...{ texts: ['0', '1', '2'], more: false },
  })
  const page = await history(bob, conversation_id, { limit: 1 })
  const { seq: _, ...same } = sent[4] ?? {}
  expect(page['messages']).toEqual([same])
  expect(await refusal(bob, T.MESSAGES_REQUEST, { conversation_id, before: 'x' })).toBe('invalid_field')
  expect(await refusal(bob, T.MESSAGES_REQUEST, { conversation_id, limit: 101 })).toBe('invalid_field')
})

test('MSG-16 a page of long messages is cut, and says so', async () => {
  const { alice, bob } = await createWriters()
  let conversation: unknown
  for (let i = 0; i < 100; i++)
    conversation = (await write(alice, bob, `${i} ${'x'.repeat(4000)}`))['conversation_id']
  const page = await history(bob, conversation)
  expect(page).toMatchObject({ more: true })
  expect(page.texts.length).toBeGreaterThan(40)
  expect(JSON.stringify(page['messages']).length).toBeLessThan(270_000)
  expect(String(page.texts.at(-1))).toMatch(/^99 /)
})

test('MSG-6 a message is edited by its sender, and all are told of it', async () => {
  const { alice, tablet, bob } = await createWriters()
  const { conversation_id, message_id } = await write(alice, bob, 'tpyo')
  for (const client of [tablet, bob]) client.take()
  const at = { conversation_id, message_id }
  expect(await refusal(bob, T.MESSAGE_EDIT, { ...at, text: 'mine' })).toBe('not_message_sender')
  expect(await refusal(alice, T.MESSAGE_EDIT, { ...at, text: '' })).toBe('invalid_field')
  const answer = await ask(alice, T.MESSAGE_EDIT, { ...at, text: 'typo', request_id: 'e' }, T.MESSAGE_EDIT)
  const news = { ...at, text: 'typo', edited_at: 1_700_000_000_000 }
  expect(answer).toEqual({ ...news, request_id: 'e' })
  for (const client of [tablet, bob]) expect(told(client).map(({ payload }) => payload)).toEqual([news])
  expect((await history(bob, conversation_id))['messages']).toMatchObject([
    { text: 'typo', edited_at: 1_700_000_000_000 },
  ])
})

test('MSG-6 a message that its sender deletes is gone for all, and leaves a gap', async () => {
  const { alice, bob } = await createWriters()
  const { conversation_id, message_id } = await write(alice, bob, 'a mistake')
  const at = { conversation_id, message_id }
  expect(await refusal(bob, T.MESSAGE_DELETE, at)).toBe('not_message_sender')
  const answer = await ask(alice, T.MESSAGE_DELETE, at, T.MESSAGE_DELETE)
  expect(answer).toEqual({ ...at, user_id: alice.userId, deleted_at: 1_700_000_000_000 })
  expect(await refusal(alice, T.MESSAGE_DELETE, at)).toBe('message_not_found')
  expect(await refusal(alice, T.MESSAGE_EDIT, { ...at, text: 'x' })).toBe('message_not_found')
  expect((await history(bob, conversation_id))['messages']).toMatchObject([
    { text: '', deleted_at: 1_700_000_000_000 },
  ])
  expect(await conversations(bob)).toEqual([['alice', '', 0]])
})

test('MSG-7 members react with signs, and take them back', async () => {
  const { alice, bob } = await createWriters()
  const { conversation_id, message_id } = await write(alice, bob, 'good news')
  const react = { conversation_id, message_id, reaction: '🎉' }
  alice.take()
  await bob.send(T.MESSAGE_REACT, { ...react, on: true })
  const news = { ...react, user_id: bob.userId, on: true }
  expect(told(alice).map(({ payload }) => payload)).toEqual([news])
  expect((await history(alice, conversation_id))['messages']).toMatchObject([
    { reactions: [{ reaction: '🎉', user_ids: [bob.userId] }] },
  ])
  await bob.send(T.MESSAGE_REACT, { ...react, on: false })
  expect(told(alice).map(({ payload }) => payload)).toEqual([{ ...news, on: false }])
  const [message] = listOf((await history(alice, conversation_id))['messages'])
  expect(message).not.toHaveProperty('reactions')
  for (const reaction of ['', ' ', 'a b', 'x'.repeat(33)])
    expect(await refusal(bob, T.MESSAGE_REACT, { ...react, reaction, on: true })).toBe('invalid_field')
  for (let i = 0; i < 8; i++) await bob.send(T.MESSAGE_REACT, { ...react, reaction: `${i}`, on: true })
  expect(await refusal(bob, T.MESSAGE_REACT, { ...react, reaction: '9', on: true })).toBe(
    'too_many_reactions',
  )
})

test('MSG-8 a search finds words in the conversations of who asks, and in no others', async () => {
  const { alice, bob, carol } = await createWriters()
  await write(alice, bob, 'The treasure is under the oak')
  const { conversation_id } = await write(alice, carol, 'No treasure for you')
  const search = async (client: typeof alice, query: string, more = {}) => {
    const page = await ask(client, T.MESSAGE_SEARCH, { query, ...more }, T.MESSAGES)
    return listOf(page['messages']).map(({ text }) => text)
  }
  expect(await search(alice, 'TREASURE')).toEqual(['No treasure for you', 'The treasure is under the oak'])
  expect(await search(alice, 'oak tre')).toEqual(['The treasure is under the oak'])
  expect(await search(carol, 'treasure')).toEqual(['No treasure for you'])
  expect(await search(alice, 'treasure', { conversation_id })).toEqual(['No treasure for you'])
  expect(await refusal(alice, T.MESSAGE_SEARCH, { query: '"*" - :' })).toBe('invalid_field')
})

test('MSG-15 that somebody writes is told the other, not too often, and is not kept', async () => {
  const { house, alice, tablet, bob } = await createWriters()
  const { conversation_id } = await write(alice, bob, 'hello')
  for (const client of [tablet, bob]) client.take()
  for (let i = 0; i < 5; i++) await alice.send(T.MESSAGE_TYPING, { conversation_id })
  const news = { conversation_id, user_id: alice.userId }
  expect(told(bob).map(({ payload }) => payload)).toEqual([news])
  for (const client of [alice, tablet]) expect(told(client)).toEqual([])
  await house.pass(2000)
  await alice.send(T.MESSAGE_TYPING, { conversation_id })
  expect(told(bob)).toHaveLength(1)
})

test('MSG-3 a conversation is there for devices that log in later, and for no others', async () => {
  const { house, alice, bob } = await createWriters()
  const { conversation_id } = await write(alice, bob, 'hello')
  const phone = await house.logIn('bob', CAPABILITIES)
  expect((await history(phone, conversation_id)).texts).toEqual(['hello'])
  const old = await house.logIn('bob', ['resume'])
  await write(alice, bob, 'again')
  expect(told(old)).toEqual([])
})

test('MSG-10 an account that is deleted leaves its messages to the others, without its name', async () => {
  const { house, alice, bob } = await createWriters()
  const { conversation_id } = await write(bob, alice, 'remember me')
  const leaver = await house.logIn('bob', [...CAPABILITIES, 'account'])
  await leaver.send(T.DELETE_ACCOUNT, { password_hash: 'pw' })
  expect((await history(alice, conversation_id))['messages']).toMatchObject([
    { text: 'remember me', from_username: '' },
  ])
  expect(await conversations(alice)).toEqual([['', 'remember me', 1]])
  const inside = { conversation_id, text: 'x', client_id: 'c' }
  expect(await refusal(alice, T.MESSAGE_SEND, inside)).toBe('user_not_found')
})
