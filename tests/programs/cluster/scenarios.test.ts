import { describe, expect, test } from 'vitest'
import { type BreakableNode, makeNode } from '../../support/cluster/torture/breakable-node.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { type RedisServer, startRedis } from '../../support/programs/redis-server.ts'
import { connectRaw, logIn, type RawClient } from '../../support/wire/raw-client.ts'
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
    for (const { client } of [carol, dave]) {
      client.send(T.ROOM_JOIN, { room_id: 'voice' })
      await client.next(T.ROOM_JOINED)
    }
    await called
    const signal = { candidate: 'c', sdp_mid: '0', sdp_mline_index: 0 }
    carol.client.send(T.ICE_CANDIDATE, { call_id: 'voice', to_user_id: dave.id, ...signal })
    expect((await dave.client.next(T.ICE_CANDIDATE)).payload).toMatchObject({ from_user_id: carol.id })
  })

  test('CLUSTER-67 a node stops in good order: whoever was in a call with a client of it that cannot resume is told of the end', async () => {
    const { nodes } = await startNodes()
    const [alice, bob] = await Promise.all([enter(nodes.a, 'alice', ['call_control']), enter(nodes.b, 'bob')])
    await call(alice, bob)
    await nodes.a.leave()
    expect((await bob.client.next(T.HANGUP)).payload).toMatchObject({ reason: 'peer_disconnected' })
    expect(await statesSeenBy(bob)).toMatchObject({ alice: 'Disconnected', bob: 'Available' })
  })
})

interface Person {
  readonly client: RawClient
  readonly id: string
}

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

async function enter(
  node: BreakableNode,
  name: string,
  capabilities: readonly string[] = ['resume', 'rooms', 'call_control'],
): Promise<Person> {
  const client = await connectRaw(node.port ?? 0)
  ends.push(() => client.close())
  client.send(T.HELLO, { protocol: 1, client: 'test', capabilities })
  await client.next(T.WELCOME)
  return { client, id: await logIn(client, name) }
}

async function call(caller: Person, callee: Person): Promise<void> {
  caller.client.send(T.CALL_REQUEST, { to_user_id: callee.id })
  const { call_id } = (await callee.client.next(T.CALL_NOTIFICATION)).payload
  callee.client.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await caller.client.next(T.CALL_ACCEPTED)
}

/** What it has sent has been handled. */
async function untilHeard(client: RawClient): Promise<void> {
  client.send(T.HEARTBEAT, { timestamp: 1 })
  await client.next(T.HEARTBEAT)
}

async function statesSeenBy({ client }: Person): Promise<Readonly<Record<string, unknown>>> {
  client.send(T.USER_LIST_REQUEST, {})
  const { payload } = await client.next(T.USER_LIST_RESPONSE)
  const users = payload['users'] as readonly { readonly username: string; readonly state: string }[]
  return Object.fromEntries(users.map(({ username, state }) => [username, state]))
}
