import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import {
  call,
  enter as enterAt,
  meet,
  type Person,
  statesSeenBy,
  untilHeard,
  untilSeen,
} from '../../support/cluster/people.ts'
import { type BreakableNode, makeNode } from '../../support/cluster/torture/breakable-node.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { connectRaw } from '../../support/wire/raw-client.ts'
import { T } from '../../support/wire/wire.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const NODE_TIMEOUT_MS = 2000

const postgres = postgresServer()
const ends = endsAfterEach()

describe.skipIf(!canRun('redis-server'))('what others have met', () => {
  test('CLUSTER-64 the last member that a room has at one node leaves: for those at other nodes, room and list stay whole', async () => {
    const { nodes } = await startNodes()
    const [alice, bob, carol] = await Promise.all([
      enter(nodes.a, 'alice'),
      enter(nodes.b, 'bob'),
      enter(nodes.b, 'carol'),
    ])
    for (const { client } of [alice, bob, carol]) {
      client.send(T.ROOM_JOIN, { room_id: 'voice' })
      await client.next(T.ROOM_JOINED)
    }
    alice.client.send(T.ROOM_LEAVE, { room_id: 'voice' })
    await alice.client.next(T.ROOM_LEFT)
    for (const { client } of [bob, carol])
      await expect
        .poll(async () => (await client.next(T.ROOM_MEMBER)).payload)
        .toMatchObject({ event: 'left', member: { user_id: alice.id } })

    const about = { call_id: 'voice', to_user_id: carol.id }
    bob.client.send(T.ICE_CANDIDATE, { ...about, candidate: 'c', sdp_mid: '0', sdp_mline_index: 0 })
    expect((await carol.client.next(T.ICE_CANDIDATE)).payload).toMatchObject({ from_user_id: bob.id })
    for (const { client } of [alice, bob]) {
      client.send(T.ROOM_LIST_REQUEST, {})
      expect((await client.next(T.ROOM_LIST)).payload).toMatchObject({
        rooms: [{ room_id: 'voice', members: 2 }],
      })
    }
    const dave = await enter(nodes.a, 'dave')
    dave.client.send(T.ROOM_JOIN, { room_id: 'voice' })
    expect((await dave.client.next(T.ROOM_JOINED)).payload).toMatchObject({
      members: [{ user_id: bob.id }, { user_id: carol.id }],
      owner_user_id: alice.id,
    })
  })

  test.each(['resume', 'call_control'])(
    'CLUSTER-65 a login at one node in the instant in which the node of the old session dies takes its place, with %s',
    async (capability) => {
      const { nodes } = await startNodes()
      const [alice, bob] = await Promise.all([enter(nodes.a, 'alice', [capability]), enter(nodes.b, 'bob')])
      await call(alice, bob)
      const dead = nodes.a.kill()
      const again = await enter(nodes.b, 'alice', [capability])
      await dead
      expect((await bob.client.next(T.HANGUP)).payload).toMatchObject({ reason: 'replaced' })
      // What is found out about the dead node later does nothing to the new session.
      await expect.poll(() => nodes.b.logged('the nodes of the cluster are others')).toBe(1)
      await untilHeard(again.client)
      await call(bob, again)
      await untilHeard(bob.client)
      expect(await statesSeenBy(bob)).toMatchObject({ alice: 'Busy' })
    },
  )

  test('CLUSTER-66 Redis has been killed and started: a room and a call begin at once, without the restart of a node', async () => {
    const { nodes, redis } = await startNodes()
    const [alice, bob, carol, dave] = await Promise.all([
      enter(nodes.a, 'alice'),
      enter(nodes.b, 'bob'),
      enter(nodes.a, 'carol'),
      enter(nodes.b, 'dave'),
    ])
    await redis.kill()
    await redis.start()
    const called = call(alice, bob)
    await meet(carol, dave)
    await called
    const signal = { candidate: 'c', sdp_mid: '0', sdp_mline_index: 0 }
    carol.client.send(T.ICE_CANDIDATE, { call_id: 'voice', to_user_id: dave.id, ...signal })
    expect((await dave.client.next(T.ICE_CANDIDATE)).payload).toMatchObject({ from_user_id: carol.id })
  })

  test('CLUSTER-68 a request for which Redis was away too long counts once, whether or not it was done in the end', async () => {
    const { nodes, redis } = await startNodes()
    const [alice, bob] = await Promise.all([enter(nodes.a, 'alice'), enter(nodes.b, 'bob')])
    // Its answers to what came before have come.
    await untilHeard(alice.client)
    await expect.poll(() => statesSeenBy(alice)).toMatchObject({ alice: 'Available', bob: 'Available' })
    redis.pause()
    alice.client.send(T.CALL_REQUEST, { to_user_id: bob.id, request_id: 'call' })
    await pause(12_000)
    redis.goOn()
    const { payload } = await alice.client.next(T.ERROR)
    expect(payload).toMatchObject({ reason: 'storage_unavailable', request_id: 'call' })
    await alice.client.drain()
    await alice.client.close()
    const again = await connectRaw(nodes.b.port ?? 0)
    ends.push(() => again.close())
    again.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['resume', 'call_control'] })
    await again.next(T.WELCOME)
    again.send(T.RESUME, { session_token: alice.token, last_seq: 1 })
    expect((await again.next(T.RESUMED)).payload).toMatchObject({ received: 1 })
  })

  test('CLUSTER-60 what a client has sent to a node that has not heard yet of its coming to another one comes once, to whomever', async () => {
    const { nodes } = await startNodes()
    const [alice, bob] = await Promise.all([enter(nodes.a, 'alice'), enter(nodes.a, 'bob', ['call_control'])])
    await call(alice, bob)
    alice.client.send(T.CALL_UPDATE, { call_id: alice.callId, on_hold: true })
    await bob.client.next(T.CALL_UPDATE)
    const signal = { call_id: alice.callId, from_user_id: alice.id, to_user_id: bob.id }
    const line = { sdp_mid: '0', sdp_mline_index: 0 }
    nodes.a.toRedis.hold()
    const again = await connectRaw(nodes.b.port ?? 0)
    ends.push(() => again.close())
    again.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['resume', 'call_control'] })
    await again.next(T.WELCOME)
    again.send(T.RESUME, { session_token: alice.token, last_seq: 2 })
    expect((await again.next(T.RESUMED)).payload).toMatchObject({ received: 2 })
    alice.client.send(T.ICE_CANDIDATE, { ...signal, candidate: 'one', ...line })
    // It is refused at once, and so shows that the signal has arrived; what is answered waits for Redis (CLUSTER-29).
    alice.client.send(T.HEARTBEAT, { timestamp: 'none' })
    await alice.client.next(T.ERROR)
    again.send(T.ICE_CANDIDATE, { ...signal, candidate: 'one', ...line })
    again.send(T.ICE_CANDIDATE, { ...signal, candidate: 'two', ...line })
    nodes.a.toRedis.letGo()
    const first = await bob.client.next(T.ICE_CANDIDATE)
    const second = await bob.client.next(T.ICE_CANDIDATE)
    expect([first, second].map(({ payload }) => payload['candidate'])).toEqual(['one', 'two'])
  })

  test('CLUSTER-67 a node stops in good order: whoever was in a call with a client of it that cannot resume is told of the end', async () => {
    const { nodes } = await startNodes()
    const [alice, bob] = await Promise.all([enter(nodes.a, 'alice', ['call_control']), enter(nodes.b, 'bob')])
    await call(alice, bob)
    const [carol, dave] = await Promise.all([
      enter(nodes.a, 'carol', ['call_control']),
      enter(nodes.b, 'dave'),
    ])
    dave.client.send(T.CALL_REQUEST, { to_user_id: carol.id })
    await carol.client.next(T.CALL_NOTIFICATION)
    await dave.client.next(T.RINGING)
    await untilSeen(bob, dave, 'Busy')
    await nodes.a.leave()
    expect((await bob.client.next(T.HANGUP)).payload).toMatchObject({ reason: 'peer_disconnected' })
    expect((await dave.client.next(T.HANGUP)).payload).toMatchObject({ reason: 'shutdown' })
    await untilSeen(bob, dave, 'Available')
    expect(await statesSeenBy(bob)).toEqual({
      alice: 'Disconnected',
      bob: 'Available',
      carol: 'Disconnected',
      dave: 'Available',
    })
  })
})

async function startNodes(): Promise<{
  readonly redis: RedisServer
  readonly nodes: { readonly a: BreakableNode; readonly b: BreakableNode }
}> {
  const redis = await startRedis(ends, { options: ['--appendonly', 'yes', '--appendfsync', 'always'] })
  const postgresUrl = await postgres().createDatabase()
  const about = { redisPort: redis.port, postgresUrl, nodeTimeoutMs: NODE_TIMEOUT_MS }
  const nodes = {
    a: await makeNode(ends, { name: 'a', ...about }),
    b: await makeNode(ends, { name: 'b', ...about }),
  }
  // One after the other, so that the second one hears of nobody's coming.
  await nodes.a.start()
  await nodes.b.start()
  return { redis, nodes }
}

function enter(node: BreakableNode, name: string, capabilities?: readonly string[]): Promise<Person> {
  return enterAt(ends, node.port ?? 0, name, capabilities)
}
