import { expect, test } from 'vitest'
import type { HookEvent } from '../../../src/application/ports/hooks.ts'
import { bodyOf } from '../../../src/infrastructure/webhooks/event-body.ts'
import { createHouse } from '../../support/house/house.ts'
import { createHouseMessages } from '../../support/house/house-messages.ts'
import { SharedMemory } from '../../support/cluster/shared-memory.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { T } from '../../support/wire/wire.ts'

const CAPABILITIES = ['call_control', 'resume', 'rooms', 'messages']

async function begin() {
  const events: HookEvent[] = []
  const hooks = { tell: (event: HookEvent) => void events.push(event) }
  const house = createHouse({ hooks, messages: createHouseMessages() })
  const alice = await house.logIn('alice', CAPABILITIES)
  const bob = await house.logIn('bob', CAPABILITIES)
  const told = () => events.splice(0)
  return { house, alice, bob, told }
}

const shown = (event: HookEvent | undefined, includeText = false): unknown => {
  if (event === undefined) throw new Error('nothing was told')
  return JSON.parse(bodyOf(event, { id: 'an-id', at: 1_700_000_000_000 }, includeText))
}

test('HOOK-1 HOOK-8 a call is told when it rings, is answered and ends, and nothing of what it carries', async () => {
  const { house, alice, bob, told } = await begin()
  const parties = {
    caller: { user_id: alice.userId, username: 'alice' },
    callee: { user_id: bob.userId, username: 'bob' },
  }
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, sdp: 'v=0', metadata: { subject: 'x' } })
  const call_id = String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
  const data = { call_id, ...parties }
  const head = { id: 'an-id', time: '2023-11-14T22:13:20.000Z' }
  expect(told().map((event) => shown(event))).toEqual([{ ...head, type: 'call.started', data }])
  await house.pass(4000)
  await bob.send(T.CALL_RESPONSE, { call_id, accepted: true, sdp: 'v=1' })
  expect(told().map((event) => shown(event))).toEqual([{ ...head, type: 'call.answered', data }])
  await bob.send(T.ICE_CANDIDATE, {
    ...{ to_user_id: alice.userId, call_id, candidate: 'candidate:1', sdp_mid: '0', sdp_mline_index: 0 },
  })
  expect(told()).toEqual([])
  await house.pass(6000)
  await bob.send(T.HANGUP, { call_id })
  expect(told().map((event) => shown(event))).toEqual([
    {
      ...head,
      type: 'call.ended',
      data: {
        ...data,
        started_at: '2023-11-14T22:13:20.000Z',
        answered_at: '2023-11-14T22:13:24.000Z',
        ended_at: '2023-11-14T22:13:30.000Z',
        duration_ms: 6000,
        outcome: 'answered',
        reason: 'hangup',
        ended_by: 'callee',
      },
    },
  ])
})

test('HOOK-1 a call that nobody answers has no time of an answer; one that does not ring is told as refused', async () => {
  const { house, alice, bob, told } = await begin()
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  await house.pass(30_000)
  expect(shown(told()[1])).toMatchObject({
    type: 'call.ended',
    data: { answered_at: null, outcome: 'no_answer', reason: 'timeout', ended_by: 'server' },
  })
  await bob.send(T.LOGOUT_REQUEST, {})
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  expect(told().map((event) => shown(event))).toMatchObject([
    { type: 'call.refused', data: { callee: { username: 'bob' }, reason: 'user_unavailable' } },
  ])
})

test('HOOK-1 a room is opened by its first member and closed by its last, or by its owner', async () => {
  const { alice, bob, told } = await begin()
  await alice.send(T.ROOM_JOIN, { room_id: 'voice' })
  await bob.send(T.ROOM_JOIN, { room_id: 'voice' })
  await alice.send(T.ROOM_LEAVE, { room_id: 'voice' })
  expect(told().map((event) => shown(event))).toMatchObject([
    { type: 'room.opened', data: { room_id: 'voice', name: 'voice', by: { username: 'alice' } } },
  ])
  await bob.send(T.ROOM_LEAVE, { room_id: 'voice' })
  expect(told().map((event) => shown(event))).toMatchObject([
    { type: 'room.closed', data: { room_id: 'voice' } },
  ])
  await alice.send(T.ROOM_JOIN, { room_id: 'hall' })
  await bob.send(T.ROOM_JOIN, { room_id: 'hall' })
  await alice.send(T.ROOM_CLOSE, { room_id: 'hall' })
  expect(told().map(({ type }) => type)).toEqual(['room.opened', 'room.closed'])
})

test('HOOK-1 HOOK-8 a message is told with ids, and with its text only where that is wanted', async () => {
  const { alice, bob, told } = await begin()
  const wanted = { to_user_id: bob.userId, text: 'between us', client_id: 'one' }
  await alice.send(T.MESSAGE_SEND, wanted)
  const [sent] = bob.take(T.MESSAGE)
  const [event] = told()
  const data = {
    message_id: sent?.payload['message_id'],
    conversation_id: sent?.payload['conversation_id'],
    from: { user_id: alice.userId, username: 'alice' },
    to_user_ids: [bob.userId],
    file_ids: [],
  }
  expect(shown(event)).toMatchObject({ type: 'message.sent' })
  expect(shown(event)).toHaveProperty('data', data)
  expect(shown(event, true)).toHaveProperty('data', { ...data, text: 'between us' })
  await bob.send(T.MESSAGE_EDIT, { ...data, text: 'x' })
  await bob.send(T.MESSAGE_TYPING, { conversation_id: data.conversation_id })
  expect(told()).toEqual([])
})

test('HOOK-6 of several nodes the one that decides tells', async () => {
  const world = new SharedMemory(createHouseTime(1_700_000_000_000))
  const events: string[] = []
  const node = (name: string) => {
    const hooks = { tell: ({ type }: HookEvent) => void events.push(`${name} ${type}`) }
    return createHouse({ world, node: name, hooks, ...accounts })
  }
  const { users, doNotDisturb } = createHouse().ports
  const accounts = { users, doNotDisturb }
  const [one, two] = [node('one'), node('two')]
  const alice = await one.logIn('alice', CAPABILITIES)
  const bob = await two.logIn('bob', CAPABILITIES)
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  const call_id = String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'])
  await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await alice.send(T.HANGUP, { call_id })
  expect(events).toEqual(['one call.started', 'two call.answered', 'one call.ended'])
})
