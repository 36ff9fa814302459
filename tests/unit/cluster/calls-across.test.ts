import { beforeEach, describe, expect, test } from 'vitest'
import { type Cluster, connect, createCluster, heard } from '../../support/cluster/cluster.ts'
import { DEVICE_CAPABILITIES } from '../../support/house/devices.ts'
import { type HouseClient, settled } from '../../support/house/house.ts'
import { candidate, comeBack, resume } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'
import { objectsIn } from './model/fields.ts'

let cluster: Cluster
let alice: HouseClient
let bob: HouseClient
let carol: HouseClient

beforeEach(async () => {
  cluster = createCluster({ maxSessionsPerUser: 2, ringTimeoutMs: 10_000 })
  alice = await cluster.a.logIn('alice', DEVICE_CAPABILITIES)
  bob = await cluster.b.logIn('bob', DEVICE_CAPABILITIES)
  carol = await cluster.b.logIn('carol')
  for (const client of [alice, bob, carol]) client.take()
})

/** Just as the server writes it: it takes the short way. */
function verbatim(call_id: string, from: HouseClient, to: HouseClient, text: string): object {
  return { call_id, from_user_id: from.userId, ...candidate(call_id, to, text) }
}

async function statesSeenBy(client: HouseClient): Promise<Readonly<Record<string, unknown>>> {
  await client.send(T.USER_LIST_REQUEST, {})
  const [list] = client.take(T.USER_LIST_RESPONSE)
  const users = objectsIn(list?.payload ?? {}, 'users')
  return Object.fromEntries(users.map(({ username, state }) => [String(username), state]))
}

describe('two clients on two nodes', () => {
  test('CLUSTER-21 call, signal by either way, hold and hang up, and everybody sees who is busy', async () => {
    const call_id = await connect(alice, bob)
    await alice.send(T.ICE_CANDIDATE, verbatim(call_id, alice, bob, 'short'))
    await alice.send(T.ICE_CANDIDATE, candidate(call_id, bob, 'long'))
    await bob.send(T.CALL_UPDATE, { call_id, on_hold: true })
    expect(heard(bob)).toEqual([
      [T.ICE_CANDIDATE, 'short'],
      [T.ICE_CANDIDATE, 'long'],
    ])
    expect(alice.take(T.CALL_UPDATE)).toMatchObject([{ payload: { call_id, on_hold: true, seq: 3 } }])
    for (const client of [alice, bob, carol])
      expect(await statesSeenBy(client)).toEqual({ alice: 'Busy', bob: 'Busy', carol: 'Available' })
    await alice.send(T.HANGUP, { call_id })
    expect(heard(bob)).toEqual([[T.HANGUP, 'hangup']])
    for (const client of [alice, carol])
      expect(await statesSeenBy(client)).toEqual({ alice: 'Available', bob: 'Available', carol: 'Available' })
    await alice.send(T.ICE_CANDIDATE, verbatim(call_id, alice, bob, 'late'))
    expect(heard(alice)).toEqual([[T.ERROR, 'call_not_found']])
  })

  test('CDR-2 where a call was accepted its quality is taken until 5 s after it has ended at the other node', async () => {
    const call_id = await connect(alice, bob)
    await alice.send(T.HANGUP, { call_id })
    bob.take()
    await cluster.pass(4_000)
    await bob.send(T.CALL_QUALITY, { call_id, score: 4 })
    expect(heard(bob)).toEqual([])
    await cluster.pass(2_000)
    await bob.send(T.CALL_QUALITY, { call_id, score: 4 })
    expect(heard(bob)).toEqual([[T.ERROR, 'call_not_found']])
  })

  test('CLUSTER-21 clients of v1 too, and one that is declined', async () => {
    const dora = await cluster.a.logIn('dora')
    carol.take()
    const call_id = await connect(dora, carol)
    await dora.send(T.ICE_CANDIDATE, verbatim(call_id, dora, carol, 'there'))
    await carol.send(T.ICE_CANDIDATE, candidate(call_id, dora, 'back'))
    expect(carol.take(T.ICE_CANDIDATE)).toMatchObject([{ payload: { candidate: 'there' } }])
    expect(dora.take(T.ICE_CANDIDATE)).toMatchObject([{ payload: { candidate: 'back' } }])
    await carol.send(T.HANGUP, { call_id })
    expect(dora.take(T.HANGUP)).toMatchObject([{ payload: { call_id } }])
    await dora.send(T.CALL_REQUEST, { to_user_id: carol.userId })
    const [ring] = carol.take(T.CALL_NOTIFICATION)
    await carol.send(T.CALL_RESPONSE, { call_id: ring?.payload['call_id'], accepted: false })
    expect(dora.take(T.CALL_DECLINED)).toHaveLength(1)
  })

  test('CLUSTER-21 a call is handed over to somebody on another node', async () => {
    const dave = await cluster.a.logIn('dave', DEVICE_CAPABILITIES)
    const call_id = await connect(alice, bob)
    await bob.send(T.CALL_TRANSFER, { call_id, to_user_id: dave.userId })
    const [ring] = dave.take(T.CALL_NOTIFICATION)
    await dave.send(T.CALL_RESPONSE, { call_id: ring?.payload['call_id'], accepted: true })
    const next = String(ring?.payload['call_id'])
    expect(alice.take(T.CALL_ACCEPTED)).toMatchObject([{ payload: { call_id: next, replaces: call_id } }])
    expect(bob.take(T.HANGUP)).toMatchObject([{ payload: { call_id, reason: 'transferred' } }])
    await dave.send(T.ICE_CANDIDATE, verbatim(next, dave, alice, 'hello'))
    expect(alice.take(T.ICE_CANDIDATE)).toHaveLength(1)
  })

  test('CLUSTER-22 devices of one user on two nodes ring, and one answers for both', async () => {
    const phone = await cluster.a.logIn('bob', DEVICE_CAPABILITIES)
    phone.take()
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    const [ring] = phone.take(T.CALL_NOTIFICATION)
    const call_id = String(ring?.payload['call_id'])
    expect(bob.take(T.CALL_NOTIFICATION)).toMatchObject([{ payload: { call_id } }])
    await Promise.all([
      phone.send(T.CALL_RESPONSE, { call_id, accepted: true }),
      bob.send(T.CALL_RESPONSE, { call_id, accepted: true }),
    ])
    const [ofPhone, ofBob] = [heard(phone), heard(bob)]
    const told = [ofPhone, ofBob].filter((all) => JSON.stringify(all).includes('answered_elsewhere'))
    expect(told).toHaveLength(1)
    expect(alice.take(T.CALL_ACCEPTED)).toHaveLength(1)
    await phone.send(T.DEVICES_REQUEST, {})
    expect(phone.take(T.DEVICES)[0]?.payload['devices']).toMatchObject([
      { connected: true },
      { connected: true },
    ])
  })
})

describe('a user with devices at two nodes', () => {
  test('CLUSTER-125 is told at all of them of do not disturb and of missed calls, and nothing of that is numbered', async () => {
    const [desk, phone] = [
      await cluster.a.logIn('erin', [...DEVICE_CAPABILITIES, 'history', 'account']),
      await cluster.b.logIn('erin', [...DEVICE_CAPABILITIES, 'history', 'account']),
    ]
    for (const client of [desk, phone]) client.take()
    await desk.send(T.DO_NOT_DISTURB, { on: true })
    expect(phone.take(T.DO_NOT_DISTURB_STATE)).toMatchObject([{ payload: { on: true } }])
    expect(desk.take(T.DO_NOT_DISTURB_STATE)).toHaveLength(1)
    await phone.send(T.DO_NOT_DISTURB, { on: false })
    await alice.send(T.CALL_REQUEST, { to_user_id: desk.userId })
    await alice.send(T.HANGUP, { call_id: desk.take(T.CALL_NOTIFICATION)[0]?.payload['call_id'] })
    for (const client of [desk, phone])
      expect(client.take(T.HISTORY_SEEN)).toMatchObject([{ payload: { unseen: 1 } }])
    await desk.send(T.HISTORY_SEEN, { request_id: 'seen' })
    expect(phone.take(T.HISTORY_SEEN)).toMatchObject([{ payload: { unseen: 0 } }])
    const back = await comeBack(cluster.a, phone, 0)
    expect(back.missed.map(({ type }) => type)).toEqual([T.CALL_NOTIFICATION, T.HANGUP])
  })
})

describe('a session that comes back', () => {
  test('CLUSTER-23 to another node finds its call, what it has missed, once and in order, and how much was taken from it', async () => {
    const call_id = await connect(alice, bob)
    await alice.send(T.ICE_CANDIDATE, verbatim(call_id, alice, bob, 'one'))
    await alice.drop()
    for (const text of ['two', 'three']) await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, text))
    expect(heard(bob)).toContainEqual([T.PEER_STATE, 'reconnecting'])
    const back = await comeBack(cluster.b, alice, 2)
    expect(back.resumed).toMatchObject({ received: 2, replayed: 2, call: { call_id, phase: 'active' } })
    expect(back.missed.map(({ payload }) => [payload['seq'], payload['candidate']])).toEqual([
      [3, 'two'],
      [4, 'three'],
    ])
    expect(heard(bob)).toEqual([[T.PEER_STATE, 'connected']])
    await bob.send(T.ICE_CANDIDATE, verbatim(call_id, bob, alice, 'four'))
    expect(back.client.take(T.ICE_CANDIDATE)).toMatchObject([{ payload: { seq: 5 } }])
    const again = await comeBack(cluster.a, back.client, 3)
    expect(again.missed.map(({ payload }) => payload['candidate'])).toEqual(['three', 'four'])
    expect(back.client.ended).toBe(true)
  })

  test('CLUSTER-23 is not found where its user has logged in anew at another node', async () => {
    const only = createCluster()
    const old = await only.a.logIn('erin', DEVICE_CAPABILITIES)
    const young = await only.b.logIn('erin', DEVICE_CAPABILITIES)
    expect(old.take(T.ERROR)).toMatchObject([{ payload: { reason: 'session_replaced' } }])
    expect([old.ended, young.ended]).toEqual([true, false])
    for (const house of [only.a, only.b])
      expect((await resume(house, { session_token: old.token, last_seq: 0 })).seen()).toEqual([
        [T.RESUME_REFUSED, { reason: 'replaced' }],
      ])
  })
})

describe('a client that has given up waiting for an answer to RESUME', () => {
  test('CLUSTER-124 keeps the session on the connection by which it has come back since then', async () => {
    const { a, b, world, pass } = cluster
    await alice.drop()
    const early = b.connect()
    await early.hello(DEVICE_CAPABILITIES)
    world.cutOff('b')
    const ask = () => early.send(T.RESUME, { session_token: alice.token, last_seq: 0 })
    const asked = ask()
    await pass(5_000)
    const { client } = await comeBack(a, alice, 0)
    world.mend('b')
    for (let tries = 0; tries < 5; tries += 1) await pass(100)
    await asked
    expect(early.take(T.ERROR)).toMatchObject([
      { payload: { reason: 'storage_unavailable', retry_after_ms: 1000 } },
    ])
    expect(client.ended).toBe(false)

    // Whoever still waits asks again.
    await ask()
    expect(early.take(T.RESUMED)).toHaveLength(1)
    expect(client.ended).toBe(true)
  })
})

describe('a node that dies', () => {
  test('CLUSTER-24 leaves its sessions to come back at another one, and those that cannot are gone', async () => {
    const dora = await cluster.a.logIn('dora')
    const call_id = await connect(alice, bob)
    await connect(dora, carol)
    await bob.send(T.ICE_CANDIDATE, candidate(call_id, alice, 'before'))
    await cluster.kill('a', [alice, dora])
    expect(heard(bob)).toEqual([[T.PEER_STATE, 'reconnecting']])
    expect(heard(carol)).toEqual([[T.HANGUP, 'peer_disconnected']])
    await bob.send(T.ICE_CANDIDATE, verbatim(call_id, bob, alice, 'after'))
    const { resumed, missed } = await comeBack(cluster.b, alice, 2)
    expect(resumed).toMatchObject({ received: 1, call: { call_id, phase: 'active' } })
    expect(missed.map(({ payload }) => payload['candidate'])).toEqual(['before', 'after'])
    expect(heard(bob)).toEqual([[T.PEER_STATE, 'connected']])
    expect(await statesSeenBy(carol)).toEqual({
      alice: 'Busy',
      bob: 'Busy',
      carol: 'Available',
      dora: 'Disconnected',
    })
  })

  test('CLUSTER-24 does not let a call ring for ever, nor a session wait', async () => {
    await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
    await cluster.kill('a', [alice])
    await cluster.pass(10_001)
    expect(heard(bob)).toContainEqual([T.HANGUP, 'timeout'])
    await cluster.pass(60_000)
    expect(await statesSeenBy(carol)).toMatchObject({ alice: 'Disconnected', bob: 'Available' })
    const late = await resume(cluster.b, { session_token: alice.token, last_seq: 0 })
    expect(late.seen()).toEqual([[T.RESUME_REFUSED, { reason: 'expired' }]])
  })

  test('CLUSTER-25 or was taken for dead sends its clients away, and takes part again', async () => {
    const call_id = await connect(alice, bob)
    cluster.world.fence('a')
    await cluster.pass(1)
    expect(alice.ended).toBe(true)
    expect(heard(bob)).toEqual([[T.PEER_STATE, 'reconnecting']])
    const { client, resumed } = await comeBack(cluster.a, alice, 2)
    expect(resumed).toMatchObject({ call: { call_id } })
    await client.send(T.ICE_CANDIDATE, verbatim(call_id, client, bob, 'again'))
    expect(heard(bob)).toEqual([
      [T.PEER_STATE, 'connected'],
      [T.ICE_CANDIDATE, 'again'],
    ])
  })
})

describe('a room', () => {
  test('CLUSTER-122 whoever has been told of a member can signal to it, also by a node that had not heard of it before', async () => {
    const dave = await cluster.a.logIn('dave', DEVICE_CAPABILITIES)
    for (const client of [alice, bob]) await client.send(T.ROOM_JOIN, { room_id: 'hall' })
    cluster.world.cutOff('b')
    await dave.send(T.ROOM_JOIN, { room_id: 'hall' })
    expect(alice.take(T.ROOM_MEMBER)).toHaveLength(2)
    await alice.drop()
    const back = cluster.b.connect()
    await back.hello(alice.capabilities)
    const asked = back.send(T.RESUME, { session_token: alice.token, last_seq: 3 })
    await settled()
    expect(back.take(T.RESUMED)).toEqual([])
    cluster.world.mend('b')
    for (let tries = 0; tries < 5; tries += 1) await cluster.pass(100)
    await asked
    const [resumed] = back.take(T.RESUMED)
    expect(JSON.stringify(resumed?.payload['room'])).toContain(dave.userId)
    await back.send(T.ICE_CANDIDATE, candidate('hall', dave, 'hello'))
    expect(dave.take(T.ICE_CANDIDATE)).toMatchObject([{ payload: { candidate: 'hello' } }])
    expect(back.take(T.ERROR)).toEqual([])
  })

  test('CLUSTER-26 stays whole when the last of its members at one node leaves or that node dies', async () => {
    const dave = await cluster.b.logIn('dave', DEVICE_CAPABILITIES)
    for (const client of [alice, bob, dave]) await client.send(T.ROOM_JOIN, { room_id: 'hall' })
    for (const client of [alice, bob, dave]) client.take()
    await alice.send(T.ROOM_LEAVE, { room_id: 'hall' })
    for (const client of [bob, dave]) expect(heard(client)).toEqual([[T.ROOM_MEMBER, 'left']])
    await bob.send(T.ICE_CANDIDATE, candidate('hall', dave, 'on'))
    expect(heard(dave)).toEqual([[T.ICE_CANDIDATE, 'on']])
    await alice.send(T.ROOM_JOIN, { room_id: 'hall' })
    expect(alice.take(T.ROOM_JOINED)[0]?.payload['members']).toHaveLength(2)
    await alice.send(T.ICE_CANDIDATE, candidate('hall', dave, 'back'))
    expect(dave.take(T.ICE_CANDIDATE)).toHaveLength(1)
    await cluster.kill('b', [bob, dave])
    expect(alice.take(T.ROOM_MEMBER)).toMatchObject([
      { payload: { member: { state: 'reconnecting' } } },
      { payload: { member: { state: 'reconnecting' } } },
    ])
    const { resumed, missed } = await comeBack(cluster.a, dave, 3)
    expect(resumed['room']).toMatchObject({ room_id: 'hall' })
    expect(missed.map(({ type }) => type)).toEqual([T.ROOM_MEMBER, T.ICE_CANDIDATE, T.ROOM_MEMBER])
  })
})
