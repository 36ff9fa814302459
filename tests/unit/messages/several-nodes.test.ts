import { expect, test } from 'vitest'
import { SharedMemory } from '../../support/cluster/shared-memory.ts'
import { createHouse, settled } from '../../support/house/house.ts'
import { createHouseMessages } from '../../support/house/house-messages.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { T } from '../../support/wire/wire.ts'
import { CAPABILITIES, history, texts, told, write } from './writers.support.ts'

async function twoNodes() {
  const world = new SharedMemory(createHouseTime(1_700_000_000_000))
  const shared = { world, maxSessionsPerUser: 4, messages: createHouseMessages() }
  const a = createHouse({ ...shared, node: 'a' })
  const { users, hasher } = a.ports
  const b = createHouse({ ...shared, node: 'b', users, hasher })
  await settled()
  return { a, b }
}

test('MSG-19 members at other nodes are told of messages, of what is read, and of who writes', async () => {
  const { a, b } = await twoNodes()
  const alice = await a.logIn('alice', CAPABILITIES)
  const [tablet, bob] = [await b.logIn('alice', CAPABILITIES), await b.logIn('bob', CAPABILITIES)]
  for (const client of [alice, tablet, bob]) client.take()
  const { conversation_id, message_id, seq } = await write(alice, bob, 'across')
  await settled()
  expect(seq).toBe(1)
  for (const client of [tablet, bob])
    expect(told(client).map(({ payload }) => [payload['seq'], payload['text']])).toEqual([[1, 'across']])
  await bob.send(T.MESSAGE_READ, { conversation_id, up_to: message_id })
  await bob.send(T.MESSAGE_TYPING, { conversation_id })
  await settled()
  expect(told(alice).map(({ type }) => type)).toEqual([T.MESSAGE_READ, T.MESSAGE_TYPING])
  expect((await history(bob, conversation_id)).texts).toEqual(['across'])
})

test('MSG-19 what waits for a client that is away it gets at whichever node it comes back', async () => {
  const { a, b } = await twoNodes()
  const [alice, bob] = [await a.logIn('alice', CAPABILITIES), await b.logIn('bob', CAPABILITIES)]
  bob.take()
  await bob.drop()
  await write(alice, bob, 'one')
  await write(alice, bob, 'two')
  await settled()
  const back = await comeBack(a, bob, 0)
  expect(back.missed.map(({ payload }) => [payload['seq'], payload['text']])).toEqual([
    [1, 'one'],
    [2, 'two'],
  ])
  await write(alice, bob, 'three')
  expect(texts(back.client)).toEqual(['three'])
})

test('MSG-19 in a room members at other nodes are told', async () => {
  const { a, b } = await twoNodes()
  const [alice, bob] = [await a.logIn('alice', CAPABILITIES), await b.logIn('bob', CAPABILITIES)]
  for (const client of [alice, bob]) await client.send(T.ROOM_JOIN, { room_id: 'voice' })
  await settled()
  await write(alice, 'voice', 'in the room')
  await settled()
  expect(texts(bob)).toEqual(['in the room'])
})
