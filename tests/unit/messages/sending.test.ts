import { expect, test } from 'vitest'
import { createHouse } from '../../support/house/house.ts'
import { createHouseMessages } from '../../support/house/house-messages.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'
import { ask, CAPABILITIES, createWriters, history, refusal, texts, told, write } from './writers.support.ts'

test('MSG-1 a message reaches all devices of both, and answers its sender', async () => {
  const { alice, tablet, bob, carol } = await createWriters()
  const client_id = 'my-first'
  const wanted = { to_user_id: bob.userId, text: 'Hello', client_id, request_id: 'r' }
  const { seq, request_id, ...sent } = await ask(alice, T.MESSAGE_SEND, wanted, T.MESSAGE)
  expect([seq, request_id]).toEqual([1, 'r'])
  expect(sent).toEqual({
    message_id: sent['message_id'],
    conversation_id: [alice.userId, bob.userId].toSorted().join('|'),
    from_user_id: alice.userId,
    from_username: 'alice',
    text: 'Hello',
    attachments: [],
    client_id,
    created_at: 1_700_000_000_000,
  })
  for (const device of [tablet, bob])
    expect(told(device).map(({ type, payload }) => [type, payload])).toEqual([
      [T.MESSAGE, { ...sent, seq: 1 }],
    ])
  expect(told(carol)).toEqual([])
})

test('MSG-1 ids sort in the order of sending, and the conversation is the same from both sides', async () => {
  const { alice, bob } = await createWriters()
  const sent = [await write(alice, bob, '1'), await write(bob, alice, '2'), await write(alice, bob, '3')]
  const ids = sent.map(({ message_id: id }) => String(id))
  expect(ids).toEqual(ids.toSorted())
  expect(new Set(sent.map(({ conversation_id: id }) => id)).size).toBe(1)
  expect((await history(bob, sent[0]?.['conversation_id'])).texts).toEqual(['1', '2', '3'])
})

test('MSG-2 a repetition is answered with the message that there is, and members are told of none besides', async () => {
  const { alice, bob } = await createWriters()
  const first = await write(alice, bob, 'once', { client_id: 'same' })
  const again = await write(alice, bob, 'twice', { client_id: 'same' })
  expect(again).toMatchObject({ message_id: first['message_id'], text: 'once' })
  const ids = new Set(told(bob).map(({ payload }) => payload['message_id']))
  expect([...ids]).toEqual([first['message_id']])
  expect((await history(alice, first['conversation_id'])).texts).toEqual(['once'])
})

test('MSG-3 who is not in a conversation can neither read it nor write into it, whatever id it makes up', async () => {
  const { alice, bob, carol } = await createWriters()
  const { conversation_id, message_id } = await write(alice, bob, 'a secret')
  const [one, other] = String(conversation_id).split('|')
  const ids = [
    conversation_id,
    `${other}|${one}`,
    `${one}|${one}`,
    `${one}|${other}|${carol.userId}`,
    '|',
    'voice',
  ]
  for (const id of ids) {
    const at = { conversation_id: id }
    const reasons = [
      await refusal(carol, T.MESSAGES_REQUEST, at),
      await refusal(carol, T.MESSAGE_SEND, { ...at, text: 'x', client_id: 'c' }),
      await refusal(carol, T.MESSAGE_READ, { ...at, up_to: message_id }),
      await refusal(carol, T.MESSAGE_EDIT, { ...at, message_id, text: 'x' }),
      await refusal(carol, T.MESSAGE_DELETE, { ...at, message_id }),
      await refusal(carol, T.MESSAGE_REACT, { ...at, message_id, reaction: 'x', on: true }),
      await refusal(carol, T.MESSAGE_SEARCH, { ...at, query: 'secret' }),
    ]
    expect(new Set(reasons), String(id)).toEqual(new Set(['conversation_not_found']))
  }
  await carol.send(T.MESSAGE_TYPING, { conversation_id })
  expect(carol.take(T.ERROR)).toHaveLength(1)
  // Nor by an id of one's own conversation with the message of another.
  const own = await write(carol, alice, 'mine')
  const at = { conversation_id: own['conversation_id'], message_id }
  expect(await refusal(carol, T.MESSAGE_REACT, { ...at, reaction: 'x', on: true })).toBe('message_not_found')
  expect(told(bob).map(({ payload }) => payload['text'])).toEqual(['a secret'])
})

test('MSG-3 nobody is written to who is not there, is disabled, or is oneself', async () => {
  const { house, alice, bob } = await createWriters()
  const { conversation_id } = await write(alice, bob, 'hello')
  const to = (to_user_id: string) => ({ to_user_id, text: 'x', client_id: 'c' })
  expect(await refusal(alice, T.MESSAGE_SEND, to('nobody'))).toBe('user_not_found')
  expect(await refusal(alice, T.MESSAGE_SEND, to('no id'))).toBe('user_not_found')
  expect(await refusal(alice, T.MESSAGE_SEND, to(alice.userId))).toBe('cannot_message_self')
  const account = await house.ports.users.findByName('bob')
  if (account === undefined) throw new Error('no bob')
  await house.ports.users.setDisabled(account.id, true)
  expect(await refusal(alice, T.MESSAGE_SEND, to(bob.userId))).toBe('user_unavailable')
  const inside = { conversation_id, text: 'x', client_id: 'd' }
  expect(await refusal(alice, T.MESSAGE_SEND, inside)).toBe('user_unavailable')
  expect((await history(alice, conversation_id)).texts).toEqual(['hello'])
})

test('MSG-3 who does not want to be disturbed gets messages all the same', async () => {
  const { house, alice, bob } = await createWriters()
  const account = await house.ports.users.findByName('bob')
  if (account !== undefined) await house.ports.doNotDisturb.set(account.id, true)
  await write(alice, bob, 'when you have time')
  expect(texts(bob)).toEqual(['when you have time'])
})

test('MSG-18 a text has at most so many bytes and no characters that are none; without text there is nothing to send', async () => {
  const { alice, bob } = await createWriters()
  const wrong = async (fields: object) => {
    await alice.send(T.MESSAGE_SEND, { to_user_id: bob.userId, client_id: 'c', ...fields })
    return alice.take(T.ERROR)[0]?.payload['message']
  }
  expect(await wrong({ text: 'é'.repeat(2049) })).toBe('"text": expected at most 4096 bytes of UTF-8')
  expect(await wrong({ text: '' })).toBe('"text": expected at least one character, as there is no attachment')
  expect(await wrong({ text: 'a\0b' })).toContain('"text": has characters that no text has')
  expect(await wrong({ text: '\ud800' })).toContain('"text": has characters that no text has')
  expect(await wrong({ text: 'x', attachments: [{ file_id: 'f' }] })).toBe(
    '"attachments": this server takes none',
  )
  expect(await wrong({ text: 'x', client_id: '' })).toContain('"client_id"')
  expect(await wrong({ text: 'x', conversation_id: 'c' })).toContain('"conversation_id"')
  expect(told(bob)).toEqual([])
  const text = 'é'.repeat(2048)
  expect(await write(alice, bob, text)).toMatchObject({ text })
})

test('MSG-9 a server without messages agrees on no capability for them, and refuses them', async () => {
  const house = createHouse()
  const client = house.connect()
  await client.hello(CAPABILITIES)
  expect(client.take(T.WELCOME)[0]?.payload['capabilities']).toEqual(['resume', 'rooms'])
  const alice = await house.logIn('alice', CAPABILITIES)
  expect(await refusal(alice, T.CONVERSATIONS_REQUEST, {})).toBe('not_negotiated')
})

test('MSG-1 while the store is away nothing is sent, and nobody is told of it', async () => {
  const away = () => Promise.resolve({ ok: false, error: 'storage_unavailable' } as const)
  const messages = { ...createHouseMessages(), post: away, conversations: away }
  const { alice, bob } = await createWriters({ messages })
  const sent = { to_user_id: bob.userId, text: 'x', client_id: 'c' }
  expect(await refusal(alice, T.MESSAGE_SEND, sent)).toBe('storage_unavailable')
  expect(await refusal(alice, T.CONVERSATIONS_REQUEST, {})).toBe('storage_unavailable')
  expect(told(bob)).toEqual([])
})

test('MSG-14 what comes while a device is away waits for it, numbered, and comes once', async () => {
  const { house, alice, bob } = await createWriters()
  await write(alice, bob, 'seen')
  bob.take()
  await bob.drop()
  await write(alice, bob, 'missed')
  const back = await comeBack(house, bob, 1)
  expect(back.missed.map(({ payload }) => [payload['seq'], payload['text']])).toEqual([[2, 'missed']])
})

test('MSG-14 however many come meanwhile, the session can be resumed: the latest 100 wait, the rest is in the history', async () => {
  const { house, alice, bob } = await createWriters({ limits: { max_outbox_frames: 16 } })
  const { conversation_id } = await write(alice, bob, 'first')
  bob.take()
  await bob.drop()
  for (let i = 0; i < 150; i++) {
    await write(alice, bob, `${i}`)
    alice.take()
    await alice.send(T.HEARTBEAT, { ack: i + 2 })
  }
  const { client, missed } = await comeBack(house, bob, 1)
  expect(missed.map(({ payload }) => payload['text'])).toEqual(
    Array.from({ length: 100 }, (_, i) => `${i + 50}`),
  )
  expect((await history(client, conversation_id, { limit: 1 })).texts).toEqual(['149'])
})

test('MSG-14 nor do long ones cost it its session', async () => {
  const { house, alice, bob } = await createWriters({ limits: { max_outbox_bytes: 16_384 } })
  bob.take()
  await bob.drop()
  for (let i = 0; i < 20; i++) {
    const { seq } = await write(alice, bob, 'x'.repeat(4000))
    await alice.send(T.HEARTBEAT, { ack: seq })
  }
  expect((await comeBack(house, bob, 0)).missed.map(({ type }) => type)).toEqual([T.MESSAGE])
})
