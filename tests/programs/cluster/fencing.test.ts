import { describe, expect, test } from 'vitest'
import { type NodeProcess, startNodes } from '../../support/cluster/node-process.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { logged, untilLogged } from '../../support/programs/spawned-daemon.ts'
import type { RawClient } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { type Received, T } from '../../support/wire/wire.ts'
import { postgresServer } from '../postgres/server.ts'
import { canRun } from '../program.ts'

const postgres = postgresServer()
const ends = endsAfterEach()
const { connect } = visits()

const RESUMABLE = ['resume']

interface Guest {
  readonly client: RawClient
  readonly id: string
  /** Undefined where it cannot resume. */
  readonly token: unknown
}

interface Call {
  readonly call_id: string
  /** Of the caller, when the call has begun. */
  readonly lastSeq: unknown
}

describe.skipIf(!canRun('redis-server'))('a node that is stopped for longer than its lease', () => {
  test(
    'CLUSTER-85 does nothing of what it finds when it goes on, sends its clients away, and takes part again',
    { timeout: 120_000 },
    async () => {
      const redis = await startRedis(ends)
      const [a, b] = await startNodes(ends, ['a', 'b'], {
        redisUrl: redis.url,
        postgresUrl: await postgres().createDatabase(),
        config: { cluster: { node_timeout_ms: 1500 } },
      })
      if (a === undefined || b === undefined) throw new Error('two nodes')
      // Who can resume, across the nodes; clients of version 1 across the nodes, and both at the node that stops.
      const [alice, bob] = [await enter(a, 'alice', RESUMABLE), await enter(b, 'bob', RESUMABLE)]
      const [carol, dave] = [await enter(a, 'carol'), await enter(b, 'dave')]
      const [erin, frank] = [await enter(a, 'erin'), await enter(a, 'frank')]
      const ofAlice = await call(alice, bob)
      const ofCarol = await call(carol, dave)
      const ofErin = await call(erin, frank)

      a.daemon.child.kill('SIGSTOP')
      // What they send to it now waits in its sockets.
      candidate(alice, bob, ofAlice, 'by the old node')
      candidate(carol, dave, ofCarol, 'by the old node')
      candidate(erin, frank, ofErin, 'by the old node')
      carol.client.send(T.HANGUP, { call_id: ofCarol.call_id })
      carol.client.send(T.CALL_REQUEST, { to_user_id: dave.id })
      erin.client.send(T.HANGUP, { call_id: ofErin.call_id })
      erin.client.send(T.CALL_REQUEST, { to_user_id: bob.id })
      await untilLogged(b.daemon, 'a node is dead')

      // A call of version 1 does not outlive the connection of a party; who can resume goes on elsewhere.
      expect((await dave.client.next(T.HANGUP)).payload).toMatchObject({ call_id: ofCarol.call_id })
      const again = await connect(b, RESUMABLE)
      again.send(T.RESUME, { session_token: alice.token, last_seq: ofAlice.lastSeq })
      expect((await again.next(T.RESUMED)).payload).toMatchObject({ username: 'alice' })
      const resumed: Guest = { ...alice, client: again }
      candidate(resumed, bob, ofAlice, 'by the new node')
      expect(await nextCandidate(bob)).toBe('by the new node')
      candidate(bob, resumed, ofAlice, 'back')
      expect(await nextCandidate(resumed)).toBe('back')

      const commits = await redis.ask('GET', '{roomrtc}:commits')
      a.daemon.child.kill('SIGCONT')
      const left = await Promise.all([alice, carol, erin, frank].map(({ client }) => client.untilClosed()))
      await untilLogged(a.daemon, 'this node was taken for dead: its clients are sent away')
      expect(await redis.ask('GET', '{roomrtc}:commits')).toBe(commits)
      for (const messages of left) expect(ofCalls(messages)).toEqual([])
      for (const { client } of [bob, dave, resumed]) expect(ofCalls(await client.drain())).toEqual([])

      // As any other node: who was put out comes back, and calls across the nodes.
      const carolAgain = await enter(a, 'carol')
      await dave.client.drain()
      await call(carolAgain, dave)
      candidate(bob, resumed, ofAlice, 'and on')
      expect(await nextCandidate(resumed)).toBe('and on')
      expect(logged(a.daemon, /fault/)).toEqual([])
      expect(logged(b.daemon, /fault/)).toEqual([])
    },
  )
})

async function enter(node: NodeProcess, name: string, capabilities?: readonly string[]): Promise<Guest> {
  const client = await connect(node, capabilities)
  const account = { username: name, password_hash: `secret of ${name}` }
  client.send(T.REGISTER_REQUEST, account)
  await client.next(T.REGISTER_RESPONSE)
  client.send(T.LOGIN_REQUEST, account)
  const { payload } = await client.next(T.LOGIN_RESPONSE)
  expect(payload).toMatchObject({ success: true })
  return { client, id: String(payload['user_id']), token: payload['session_token'] }
}

/** An active one, as soon as the caller's node knows the callee. */
async function call(caller: Guest, callee: Guest): Promise<Call> {
  caller.client.send(T.CALL_REQUEST, { to_user_id: callee.id })
  const call_id = String((await callee.client.next(T.CALL_NOTIFICATION)).payload['call_id'])
  callee.client.send(T.CALL_RESPONSE, { call_id, accepted: true })
  const { payload } = await caller.client.next(T.CALL_ACCEPTED)
  return { call_id, lastSeq: payload['seq'] }
}

function candidate(from: Guest, to: Guest, { call_id }: Call, text: string): void {
  const line = { sdp_mid: '0', sdp_mline_index: 0 }
  from.client.send(T.ICE_CANDIDATE, { call_id, to_user_id: to.id, candidate: text, ...line })
}

async function nextCandidate({ client }: Guest): Promise<unknown> {
  return (await client.next(T.ICE_CANDIDATE)).payload['candidate']
}

function ofCalls(messages: readonly Received[]): readonly string[] {
  const types = [T.CALL_NOTIFICATION, T.CALL_ACCEPTED, T.ICE_CANDIDATE, T.HANGUP]
  return messages.filter(({ type }) => types.some((of) => of === type)).map(({ text }) => text)
}
