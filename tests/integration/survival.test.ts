import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { opened } from '../../scripts/demo/data-channel.ts'
import { granted } from '../../scripts/demo/party.ts'
import { createPeer, negotiate } from '../../scripts/demo/peer.ts'
import { type PrivateDaemon, startPrivateDaemon } from '../../scripts/demo/private-daemon.ts'
import { withCleanup } from '../../scripts/demo/with-cleanup.ts'
import type { ServerMessage } from '../../src/protocol/message-table.ts'
import { connectClient, type SignalingClient } from '../../src/sdk/client.ts'
import { startFlow } from '../support/wire/flow.ts'

type Defer = (end: () => Promise<void> | void) => void

async function startDaemon(defer: Defer): Promise<PrivateDaemon> {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-survival-'))
  defer(() => {
    rmSync(directory, { recursive: true })
  })
  const daemon = await startPrivateDaemon(directory)
  defer(() => daemon.stop())
  return daemon
}

interface User {
  readonly client: SignalingClient
  readonly userId: string
  /** All that the server has sent. */
  readonly got: readonly ServerMessage[]
}

async function enrol(
  { host, port, ca }: PrivateDaemon,
  { username, hello }: { readonly username: string; readonly hello: boolean },
  defer: Defer,
): Promise<User> {
  const got: ServerMessage[] = []
  const client = await connectClient({
    host,
    port,
    tls: { ca },
    trace: ({ way, message }) => {
      if (way === 'received') got.push(message)
    },
  })
  defer(() => client.close())
  if (hello) granted(await client.hello())
  const credentials = { username, password_hash: 'secret' }
  granted(await client.register(credentials))
  return { client, got, userId: granted(await client.logIn(credentials)).user_id }
}

/** A call with an open data channel, over which messages flow both ways. */
async function converse(caller: User, callee: User, defer: Defer) {
  caller.client.send({ type: 'CALL_REQUEST', payload: { to_user_id: callee.userId } })
  const { call_id } = (await callee.client.next('CALL_NOTIFICATION')).payload
  callee.client.send({ type: 'CALL_RESPONSE', payload: { call_id, accepted: true } })
  await caller.client.next('CALL_ACCEPTED')

  const prepare = (user: User, other: User) => {
    const peer = createPeer(user.client, { call_id, to_user_id: other.userId })
    defer(() => {
      peer.connection.close()
    })
    return peer
  }
  const [atCaller, atCallee] = [prepare(caller, callee), prepare(callee, caller)]
  await negotiate(atCaller, atCallee)
  await Promise.all([opened(atCaller.channel), opened(atCallee.channel)])

  const flows = [startFlow(atCaller.channel, atCallee.channel), startFlow(atCallee.channel, atCaller.channel)]
  defer(() => {
    for (const flow of flows) flow.stop()
  })
  return {
    call_id,
    atCaller,
    atCallee,
    /** Ten more messages each way, sent from now on. */
    carriesOn: () => Promise.all(flows.map((flow) => flow.advance(10))),
    async expectNothingLost() {
      for (const flow of flows) {
        const { sent, heard } = await flow.outcome()
        expect(heard).toEqual(Array.from({ length: sent }, (_, i) => i))
      }
    },
  }
}

/** That of each description which the user was sent, in turn: an ICE restart makes a new one. */
function fragments({ got }: User): (string | undefined)[] {
  return got.flatMap(({ type, payload }) =>
    type === 'SDP_OFFER' || type === 'SDP_ANSWER' ? [/a=ice-ufrag:(\S+)/.exec(payload.sdp)?.[1]] : [],
  )
}

function expectRestarts(user: User, count: number): void {
  expect(new Set(fragments(user)).size).toBe(1 + count)
}

it('RESUME-2 RESUME-4 CALL-18 LIFE-12 a data channel carries on while both signaling connections are cut, and through a restart; the call is negotiated anew afterwards', () =>
  withCleanup(async (defer) => {
    const daemon = await startDaemon(defer)
    const alice = await enrol(daemon, { username: 'alice', hello: true }, defer)
    const bob = await enrol(daemon, { username: 'bob', hello: true }, defer)
    const call = await converse(alice, bob, defer)
    const { call_id, atCaller, atCallee } = call
    const resumeBoth = async () => {
      const outcomes = await Promise.all([alice.client.resume(), bob.client.resume()])
      expect(outcomes.map((outcome) => granted(outcome).call)).toMatchObject([
        { call_id, phase: 'active', role: 'caller' },
        { call_id, phase: 'active', role: 'callee' },
      ])
    }

    alice.client.cut()
    bob.client.cut()
    await call.carriesOn()
    await resumeBoth()
    await negotiate(atCallee, atCaller, { iceRestart: true })
    await call.carriesOn()

    await Promise.all([daemon.stop(), alice.client.lost, bob.client.lost])
    for (const { client } of [alice, bob]) {
      expect((await client.next('GOAWAY')).payload).toMatchObject({ reason: 'shutting_down' })
    }
    await call.carriesOn()
    await Promise.all([
      // Begun while there is no server at all: the offer waits.
      negotiate(atCaller, atCallee, { iceRestart: true }),
      daemon.startAgain().then(resumeBoth),
    ])
    await call.carriesOn()
    await call.expectNothingLost()

    alice.client.send({ type: 'HANGUP', payload: { call_id } })
    const { payload } = await bob.client.next('HANGUP')
    expect(payload).toMatchObject({ call_id, reason: 'hangup' })
    expect(payload.duration_ms).toBeGreaterThan(0)
    expectRestarts(alice, 2)
    expectRestarts(bob, 2)
    expect([...alice.got, ...bob.got].filter(({ type }) => type === 'ERROR')).toEqual([])
  }))

it.each([
  ['calls', { caller: { username: 'old', hello: false }, callee: { username: 'new', hello: true } }],
  ['is called', { caller: { username: 'new', hello: true }, callee: { username: 'old', hello: false } }],
])('HELLO-5 RESUME-5 CALL-18 a client of v1 that %s notices nothing of the cuts of the other', (_, who) =>
  withCleanup(async (defer) => {
    const daemon = await startDaemon(defer)
    const caller = await enrol(daemon, who.caller, defer)
    const callee = await enrol(daemon, who.callee, defer)
    const call = await converse(caller, callee, defer)
    const [v1, negotiated] = who.caller.hello ? [callee, caller] : [caller, callee]
    const before = v1.got.length

    negotiated.client.cut()
    await call.carriesOn()
    expect(granted(await negotiated.client.resume()).call).toMatchObject({ call_id: call.call_id })
    granted(await v1.client.listUsers())
    expect(v1.got.slice(before).map(({ type }) => type)).toEqual(['USER_LIST_RESPONSE'])

    await negotiate(call.atCallee, call.atCaller, { iceRestart: true })
    await call.carriesOn()
    await negotiate(call.atCaller, call.atCallee, { iceRestart: true })
    await call.carriesOn()
    await call.expectNothingLost()

    negotiated.client.send({ type: 'HANGUP', payload: { call_id: call.call_id } })
    expect((await v1.client.next('HANGUP')).payload).toEqual({ call_id: call.call_id, reason: 'hangup' })
    expectRestarts(v1, 2)
    const added = v1.got.filter(({ payload }) => 'seq' in payload || 'session_token' in payload)
    expect(added).toEqual([])
    expect(v1.got.filter(({ type }) => type === 'ERROR')).toEqual([])
  }),
)
