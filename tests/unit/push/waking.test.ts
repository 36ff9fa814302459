import { beforeEach, expect, test } from 'vitest'
import type { WakeNews } from '../../../src/application/ports/waker.ts'
import { createMemoryPushSubscriptions } from '../../../src/infrastructure/kept-values/kept-push-subscriptions.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { createHouseMessages } from '../../support/house/house-messages.ts'
import { createHousePush } from '../../support/house/house-push.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { makeDevice } from '../../support/push/device.ts'
import { T } from '../../support/wire/wire.ts'

const ALL = ['resume', 'call_control', 'messages', 'account', 'push']
const ENDPOINT = 'https://fcm.googleapis.com/fcm/send/bob'
const { keys } = makeDevice()

let house: House
let alice: HouseClient
let bob: HouseClient
let woken: (WakeNews & { readonly user: string })[]

function begin(options: Parameters<typeof createHouse>[0] = {}): House {
  const subscriptions = createMemoryPushSubscriptions()
  const push = createHousePush({ subscriptions })
  const waker = {
    reaches: push.service.reaches,
    tell: (user: string, news: WakeNews) => void woken.push({ user, ...news }),
  }
  return createHouse({ push, waker, messages: createHouseMessages(), ...options })
}

beforeEach(async () => {
  woken = []
  house = begin()
  alice = await house.logIn('alice', ALL)
  bob = await house.logIn('bob', ALL)
  await bob.send(T.PUSH_SUBSCRIBE, { endpoint: ENDPOINT, keys })
  expect(bob.take(T.PUSH_STATE)).toMatchObject([{ payload: { subscriptions: 1 } }])
})

const told = () => woken.splice(0)
const from = () => ({ id: alice.userId, username: 'alice' })

async function callBob(by = alice): Promise<string> {
  await by.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  const [ringing] = by.take(T.RINGING)
  return String(ringing?.payload['call_id'])
}

const refusals = (client: HouseClient) => client.take(T.ERROR).map(({ payload }) => payload['reason'])

test('PUSH-1 PUSH-2 a client asks for the key, gives where it can be woken, and takes it back', async () => {
  await bob.send(T.PUSH_KEY, {})
  expect(bob.take(T.PUSH_KEY)).toMatchObject([
    { payload: { public_key: expect.stringMatching(/^B[\w-]{86}$/) } },
  ])
  await bob.send(T.PUSH_SUBSCRIBE, { endpoint: `${ENDPOINT}2`, keys, request_id: 'r' })
  expect(bob.take(T.PUSH_STATE)).toMatchObject([{ payload: { subscriptions: 2, request_id: 'r' } }])
  await bob.send(T.PUSH_UNSUBSCRIBE, { endpoint: ENDPOINT })
  expect(bob.take(T.PUSH_STATE)).toMatchObject([{ payload: { subscriptions: 1 } }])
})

test('PUSH-3 what is wrong with a subscription is said', async () => {
  await bob.send(T.PUSH_SUBSCRIBE, { endpoint: 'https://10.0.0.1/', keys })
  await bob.send(T.PUSH_SUBSCRIBE, { endpoint: ENDPOINT, keys: { ...keys, auth: 'short' } })
  expect(bob.take(T.ERROR).map(({ payload }) => payload['message'])).toEqual([
    'PUSH_SUBSCRIBE: "endpoint": expected the https URL of a push service that this server may use',
    'PUSH_SUBSCRIBE: "auth": expected 16 bytes in Base64url',
  ])
})

test('PUSH-5 PUSH-7 a call to a user without a connection rings, and whoever logs in is offered it', async () => {
  await bob.send(T.LOGOUT_REQUEST, {})
  alice.take()
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId, sdp: 'v=0', metadata: { kind: 'video' } })
  const [ringing, ...more] = alice.take().filter(({ type }) => type !== T.USER_STATE_UPDATE)
  expect([ringing?.type, more]).toEqual([T.RINGING, []])
  expect(ringing?.payload).toMatchObject({ peer_username: 'bob', expires_in_ms: 30_000 })
  const call = String(ringing?.payload['call_id'])
  expect(told()).toEqual([{ user: bob.userId, kind: 'call', call, from: from(), forMs: 30_000 }])
  await house.pass(5000)
  const phone = await house.logIn('bob', ALL)
  expect(phone.take(T.CALL_NOTIFICATION)).toMatchObject([
    { payload: { call_id: call, from_username: 'alice', sdp: 'v=0', metadata: { kind: 'video' } } },
  ])
  await phone.send(T.CALL_ALERTING, { call_id: call })
  expect(alice.take(T.RINGING)).toMatchObject([{ payload: { alerting: true, expires_in_ms: 25_000 } }])
  await phone.send(T.CALL_RESPONSE, { call_id: call, accepted: true })
  expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id: call, role: 'caller' } }])
  expect(told()).toEqual([{ user: bob.userId, kind: 'call-over', call, from: from(), outcome: 'answered' }])
  await alice.send(T.HANGUP, { call_id: call })
  expect(phone.take(T.HANGUP)).toHaveLength(1)
  expect(told()).toEqual([])
})

test('PUSH-5 a session that is resumed while the call rings has it among what it missed', async () => {
  await bob.drop()
  await house.pass(1000)
  const call = await callBob()
  expect(alice.take(T.PEER_STATE)).toMatchObject([{ payload: { state: 'reconnecting' } }])
  expect(told()).toMatchObject([{ kind: 'call', call }])
  const { missed } = await comeBack(house, bob, 0)
  expect(missed).toMatchObject([{ type: T.CALL_NOTIFICATION, payload: { call_id: call } }])
})

test('PUSH-5 PUSH-7 who does not come has missed the call, and its caller sees what it always sees', async () => {
  await bob.send(T.LOGOUT_REQUEST, {})
  const carol = await house.logIn('carol')
  await carol.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  expect(told()).toMatchObject([{ kind: 'call' }])
  await house.pass(29_999)
  carol.take(T.USER_STATE_UPDATE)
  expect(carol.take().filter(({ type }) => type === T.ERROR || type === T.CALL_DECLINED)).toEqual([])
  await house.pass(1)
  expect(carol.take(T.CALL_DECLINED)).toMatchObject([
    { payload: { peer_username: 'bob', reason: 'timeout' } },
  ])
  expect(told()).toMatchObject([{ kind: 'call-over', outcome: 'missed' }])
  await callBob()
  expect(told()).toMatchObject([{ kind: 'call' }])
})

test('PUSH-7 a caller who gives up, and a device that declines, stop it from ringing elsewhere', async () => {
  await bob.send(T.LOGOUT_REQUEST, {})
  await alice.send(T.HANGUP, { call_id: await callBob() })
  expect(told().map((news) => news.kind === 'call-over' && news.outcome)).toEqual([false, 'missed'])
  const call_id = await callBob()
  const phone = await house.logIn('bob', ALL)
  await phone.send(T.CALL_RESPONSE, { call_id, accepted: false })
  expect(told().map((news) => news.kind === 'call-over' && news.outcome)).toEqual([false, 'declined'])
})

test('PUSH-5 while it rings the callee is busy for others', async () => {
  await bob.send(T.LOGOUT_REQUEST, {})
  await callBob()
  const carol = await house.logIn('carol', ALL)
  await callBob(carol)
  expect(refusals(carol)).toEqual(['callee_busy'])
})

test('PUSH-6 a device that came and lost its connection again does not end the call', async () => {
  await bob.send(T.LOGOUT_REQUEST, {})
  const call_id = await callBob()
  const phone = await house.logIn('bob', ['push'])
  await phone.drop()
  await house.pass(100)
  expect(alice.take(T.HANGUP)).toEqual([])
  const again = await house.logIn('bob', ALL)
  expect(again.take(T.CALL_NOTIFICATION)).toMatchObject([{ payload: { call_id } }])
})

test('PUSH-6 a session that waited for its client and is replaced, or over, does not end the call', async () => {
  house = begin({ limits: { resume_window_ms: 10_000 } })
  alice = await house.logIn('alice', ALL)
  bob = await house.logIn('bob', ALL)
  await bob.send(T.PUSH_SUBSCRIBE, { endpoint: ENDPOINT, keys })
  await bob.drop()
  await house.pass(5000)
  const call_id = await callBob()
  const phone = await house.logIn('bob', ALL)
  expect(phone.take(T.CALL_NOTIFICATION)).toMatchObject([{ payload: { call_id } }])
  await phone.drop()
  await house.pass(10_000)
  expect(alice.take(T.HANGUP)).toEqual([])
  const last = await house.logIn('bob', ALL)
  expect(last.take(T.CALL_NOTIFICATION)).toMatchObject([{ payload: { call_id } }])
})

test('PUSH-5 nobody is woken who has no device for it, is there, or does not want to be rung', async () => {
  await callBob()
  expect(told()).toEqual([])
  await bob.send(T.CALL_RESPONSE, { call_id: String(bob.take(T.CALL_NOTIFICATION)[0]?.payload['call_id']) })
  await house.pass(30_000)
  await bob.send(T.DO_NOT_DISTURB, { on: true })
  await bob.send(T.LOGOUT_REQUEST, {})
  alice.take()
  await callBob()
  expect(refusals(alice)).toEqual(['user_unavailable'])
  await alice.send(T.MESSAGE_SEND, { to_user_id: bob.userId, text: 'x', client_id: '1' })
  expect(told()).toEqual([])
  const carol = await house.logIn('carol', ALL)
  await carol.send(T.LOGOUT_REQUEST, {})
  await alice.send(T.CALL_REQUEST, { to_user_id: carol.userId })
  expect(refusals(alice)).toEqual(['user_unavailable'])
})

test('PUSH-5 a disabled account is not woken', async () => {
  await bob.send(T.LOGOUT_REQUEST, {})
  const account = await house.ports.users.findByName('bob')
  if (account !== undefined) await house.ports.users.setDisabled(account.id, true)
  await callBob()
  expect(refusals(alice)).toEqual(['user_unavailable'])
  expect(told()).toEqual([])
})

test('PUSH-8 a message wakes who has no connection, and nobody else', async () => {
  const wanted = { to_user_id: bob.userId, text: 'Hello', client_id: '1' }
  await alice.send(T.MESSAGE_SEND, wanted)
  expect(told()).toEqual([])
  await bob.drop()
  await house.pass(100)
  await alice.send(T.MESSAGE_SEND, { ...wanted, client_id: '2' })
  const sent = alice.take(T.MESSAGE).at(-1)?.payload
  expect(told()).toEqual([
    {
      user: bob.userId,
      kind: 'message',
      message: sent?.['message_id'],
      conversation: sent?.['conversation_id'],
      from: from(),
      text: 'Hello',
    },
  ])
  await alice.send(T.MESSAGE_DELETE, { ...sent })
  expect(told()).toEqual([])
})

test('PUSH-4 a changed password and a deleted account forget where devices could be woken', async () => {
  const { push } = house.ports
  const count = async () => {
    const account = await house.ports.users.findByName('bob')
    const found = account && (await push?.subscriptions.of(account.id))
    return found?.ok === true ? found.value.length : undefined
  }
  expect(await count()).toBe(1)
  await bob.send(T.CHANGE_PASSWORD, { password_hash: 'pw', new_password_hash: 'new' })
  expect(await count()).toBe(0)
  await bob.send(T.PUSH_SUBSCRIBE, { endpoint: ENDPOINT, keys })
  const account = await house.ports.users.findByName('bob')
  await bob.send(T.DELETE_ACCOUNT, { password_hash: 'new' })
  const left = account && (await push?.subscriptions.of(account.id))
  expect(left).toEqual({ ok: true, value: [] })
})

test('PUSH-7 a stop tells the devices that it rings no more', async () => {
  await bob.send(T.LOGOUT_REQUEST, {})
  await callBob()
  told()
  await house.inputs.shutDown()
  expect(told()).toMatchObject([{ kind: 'call-over', outcome: 'missed' }])
})
