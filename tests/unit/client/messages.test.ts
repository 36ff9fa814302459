import type { Client } from 'roomrtc-client'
import { messagesOf, type MessageEvents, withMessages } from 'roomrtc-client/messages'
import { expect, it } from 'vitest'
import { aliceIn, bob, breakLine, resume, settled, welcome } from '../../support/client/fake-client.ts'
import type { FakeWorld } from '../../support/client/fake-world.ts'

const CAPABILITIES = ['resume', 'call_control', 'messages']
const CONVERSATION = 'a|b'

const wire = (text: string, more: object = {}) => ({
  ...{ message_id: 'm1', conversation_id: CONVERSATION, from_user_id: 'b', from_username: 'bob', text },
  ...{ attachments: [], client_id: 'c1', created_at: 5, ...more },
})

const shown = (text: string, more: object = {}) => ({
  ...{ id: 'm1', conversation: CONVERSATION, from: bob, text, attachments: [], clientId: 'c1', createdAt: 5 },
  ...{ editedAt: undefined, deletedAt: undefined, reactions: [], ...more },
})

async function withAlice(): Promise<{ readonly world: FakeWorld; readonly client: Client }> {
  return aliceIn({ capabilities: withMessages }, CAPABILITIES)
}

it('PKG-83 the capability is asked for by who has the module, and by nobody else', async () => {
  expect(withMessages).toContain('messages')
  const { client } = await aliceIn({}, CAPABILITIES)
  expect(client.capabilities).not.toContain('messages')
  const sending = messagesOf(client).send({ user: 'b' }, 'hello')
  await expect(sending).rejects.toMatchObject({ code: 'wrong_state' })
})

it('PKG-80 a message is sent, and sent again with the same name where the connection breaks', async () => {
  const { world, client } = await withAlice()
  const messages = messagesOf(client)
  expect(messagesOf(client)).toBe(messages)
  const sending = messages.send({ user: 'b' }, 'hello')
  const { request_id: _, ...first } = world.line.takeOne('MESSAGE_SEND')
  expect(first).toEqual({ to_user_id: 'b', text: 'hello', client_id: first['client_id'] })
  breakLine(world)
  world.pass(5000)
  await welcome(world, CAPABILITIES)
  resume(world)
  world.line.say('USER_LIST_RESPONSE', { users: [] })
  await settled()
  const { request_id, ...again } = world.line.takeOne('MESSAGE_SEND')
  expect(again).toEqual(first)
  world.line.say('MESSAGE', { ...wire('hello'), request_id, seq: 1 })
  expect(await sending).toEqual(shown('hello'))
})

it('PKG-80 files that were uploaded go with a message, and tell what they are', async () => {
  const { world, client } = await withAlice()
  const sending = messagesOf(client).send({ conversation: CONVERSATION }, '', { attachments: ['f1', 'f2'] })
  const { request_id, client_id: _, ...asked } = world.line.takeOne('MESSAGE_SEND')
  const attachments = [{ file_id: 'f1' }, { file_id: 'f2' }]
  expect(asked).toEqual({ conversation_id: CONVERSATION, text: '', attachments })
  const picture = { name: 'a.png', type: 'image/png', bytes: 5 }
  const told = [
    { file_id: 'f1', ...picture, thumbnail: 'f1.jpg' },
    { file_id: 'f2', ...picture },
  ]
  world.line.say('MESSAGE', { ...wire(''), attachments: told, request_id, seq: 1 })
  expect((await sending).attachments).toEqual([
    { fileId: 'f1', ...picture, thumbnail: 'f1.jpg' },
    { fileId: 'f2', ...picture, thumbnail: undefined },
  ])
})

it('PKG-80 what is done to a message is asked for by its id, and answered', async () => {
  const { world, client } = await withAlice()
  const messages = messagesOf(client)
  const which = { id: 'm1', conversation: CONVERSATION }
  const ids = { message_id: 'm1', conversation_id: CONVERSATION }
  const answer = (type: string, more: object) => {
    const { request_id, ...asked } = world.line.takeOne(type)
    world.line.say(type, { ...ids, ...more, request_id })
    return asked
  }
  const editing = messages.edit(which, 'new')
  expect(answer('MESSAGE_EDIT', { text: 'new', edited_at: 6 })).toEqual({ ...ids, text: 'new' })
  const reacting = messages.react(which, '👍')
  expect(answer('MESSAGE_REACT', { user_id: 'a', reaction: '👍', on: true })).toEqual({
    ...ids,
    reaction: '👍',
    on: true,
  })
  const deleting = messages.delete(which)
  expect(answer('MESSAGE_DELETE', { user_id: 'a', deleted_at: 7 })).toEqual(ids)
  const reading = messages.markRead(which)
  const read = { conversation_id: CONVERSATION, up_to: 'm1' }
  expect(answer('MESSAGE_READ', { ...read, user_id: 'a', unread: 3 })).toEqual(read)
  expect(await Promise.all([editing, reacting, deleting, reading])).toEqual([
    undefined,
    undefined,
    undefined,
    3,
  ])
  messages.typing(CONVERSATION)
  expect(world.line.takeOne('MESSAGE_TYPING')).toMatchObject({ conversation_id: CONVERSATION })
})

it('PKG-81 pages of a conversation, of conversations and of what was found', async () => {
  const { world, client } = await withAlice()
  const messages = messagesOf(client)
  const listing = messages.list(CONVERSATION, { before: 'm9', limit: 1 })
  const { request_id, ...asked } = world.line.takeOne('MESSAGES_REQUEST')
  expect(asked).toEqual({ conversation_id: CONVERSATION, before: 'm9', limit: 1 })
  const reactions = [{ reaction: '👍', user_ids: ['a'] }]
  world.line.say('MESSAGES', { messages: [wire('x', { reactions, edited_at: 6 })], more: true, request_id })
  const message = shown('x', { editedAt: 6, reactions: [{ sign: '👍', users: ['a'] }] })
  expect(await listing).toEqual({ messages: [message], more: true })

  const overview = messages.conversations()
  const { request_id: second } = world.line.takeOne('CONVERSATIONS_REQUEST')
  const direct = { conversation_id: CONVERSATION, peer_user_id: 'b', peer_username: 'bob', unread: 2 }
  const room = { conversation_id: 'voice', unread: 0 }
  const conversations = [{ ...direct, last_message: wire('x'), read_up_to: 'm0' }, room]
  world.line.say('CONVERSATIONS', { conversations, more: false, request_id: second })
  const none = { peerReadUpTo: undefined, readUpTo: undefined }
  expect(await overview).toEqual({
    conversations: [
      { ...none, id: CONVERSATION, peer: bob, last: shown('x'), unread: 2, readUpTo: 'm0' },
      { ...none, id: 'voice', peer: undefined, last: undefined, unread: 0 },
    ],
    more: false,
  })

  const searching = messages.search('oak', { conversation: CONVERSATION })
  const { request_id: third, ...query } = world.line.takeOne('MESSAGE_SEARCH')
  expect(query).toEqual({ query: 'oak', conversation_id: CONVERSATION })
  world.line.say('MESSAGES', { messages: [], more: false, request_id: third })
  expect(await searching).toEqual({ messages: [], more: false })
})

it('PKG-82 what others do is told by events', async () => {
  const { world, client } = await withAlice()
  const messages = messagesOf(client)
  const told: [string, unknown][] = []
  const events = ['message', 'edited', 'deleted', 'reaction', 'read', 'typing'] as const
  for (const event of events)
    messages.on(event, (value: MessageEvents[typeof event]) => told.push([event, value]))
  const ids = { message_id: 'm1', conversation_id: CONVERSATION }
  world.line.say('MESSAGE', { ...wire('hello'), seq: 1 })
  world.line.say('MESSAGE_EDIT', { ...ids, text: 'hallo', edited_at: 6 })
  world.line.say('MESSAGE_REACT', { ...ids, user_id: 'b', reaction: '👍', on: true })
  world.line.say('MESSAGE_READ', { conversation_id: CONVERSATION, user_id: 'b', up_to: 'm1' })
  world.line.say('MESSAGE_TYPING', { conversation_id: CONVERSATION, user_id: 'b' })
  world.line.say('MESSAGE_DELETE', { ...ids, user_id: 'b', deleted_at: 7 })
  const [conversation, id] = [CONVERSATION, 'm1']
  expect(told).toEqual([
    ['message', shown('hello')],
    ['edited', { id, conversation, text: 'hallo', editedAt: 6 }],
    ['reaction', { id, conversation, by: 'b', sign: '👍', on: true }],
    ['read', { conversation, by: 'b', upTo: 'm1', unread: undefined }],
    ['typing', { conversation, by: 'b' }],
    ['deleted', { id, conversation, by: 'b', deletedAt: 7 }],
  ])
})
