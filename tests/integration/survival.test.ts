import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Call, type Client, connect, type Message } from 'roomrtc-client'
import { expect, it } from 'vitest'
import { opened } from '../../scripts/demo/data-channel.ts'
import { becomes } from '../../scripts/demo/party.ts'
import { createPeer, negotiate } from '../../scripts/demo/peer.ts'
import { type PrivateDaemon, startPrivateDaemon } from '../../scripts/demo/private-daemon.ts'
import { withCleanup } from '../../scripts/demo/with-cleanup.ts'
import { type HeldLine, holdLine } from '../../scripts/support/held-line.ts'
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
  readonly name: string
  readonly client: Client
  readonly line: HeldLine
  readonly userId: string
  /** All that the server has sent. */
  readonly got: readonly Message[]
}

async function enrol(
  { host, port, ca }: PrivateDaemon,
  { username, agrees }: { readonly username: string; readonly agrees: boolean },
  defer: Defer,
): Promise<User> {
  const got: Message[] = []
  const line = holdLine(({ way, message }) => {
    if (way === 'received') got.push(structuredClone(message))
  })
  const client = await connect(`tls://${host}:${port}`, {
    tls: { ca },
    reconnect: { firstMs: 100, maxMs: 200 },
    surroundings: line.surroundings,
    ...(!agrees && { capabilities: [] }),
  })
  defer(() => client.close())
  await client.register({ username, password: 'secret' })
  const { id: userId } = await client.login({ username, password: 'secret' })
  return { name: username, client, line, got, userId }
}

/** A call with an open data channel, over which messages flow both ways. */
async function converse(caller: User, callee: User, defer: Defer) {
  const rings = new Promise<Call>((resolve) => callee.client.on('call', resolve))
  const out = caller.client.call(callee.userId)
  const incoming = await rings
  incoming.accept()
  await out.until('active')

  const prepare = (call: Call) => {
    const peer = createPeer(call)
    defer(() => {
      peer.connection.close()
    })
    return peer
  }
  const [atCaller, atCallee] = [prepare(out), prepare(incoming)]
  await negotiate(atCaller, atCallee)
  await Promise.all([opened(atCaller.channel), opened(atCallee.channel)])

  const flows = [startFlow(atCaller.channel, atCallee.channel), startFlow(atCallee.channel, atCaller.channel)]
  defer(() => {
    for (const flow of flows) flow.stop()
  })
  return {
    out,
    incoming,
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
  return got.flatMap(({ payload }) =>
    'sdp' in payload ? [/a=ice-ufrag:(\S+)/.exec(String(payload.sdp))?.[1]] : [],
  )
}

function expectRestarts(user: User, count: number): void {
  expect(new Set(fragments(user)).size).toBe(1 + count)
}

it('RESUME-2 RESUME-4 CALL-18 LIFE-12 a data channel carries on while both signaling connections are cut, and through a restart; the call is negotiated anew afterwards', () =>
  withCleanup(async (defer) => {
    const daemon = await startDaemon(defer)
    const alice = await enrol(daemon, { username: 'alice', agrees: true }, defer)
    const bob = await enrol(daemon, { username: 'bob', agrees: true }, defer)
    const call = await converse(alice, bob, defer)
    const { out, incoming, atCaller, atCallee } = call
    const backAgain = async () => {
      await Promise.all([becomes(alice, 'online'), becomes(bob, 'online')])
      expect([out, incoming]).toMatchObject([
        { role: 'caller', state: { name: 'active' } },
        { role: 'callee', state: { name: 'active' } },
      ])
    }

    alice.line.goOffline()
    bob.line.goOffline()
    await call.carriesOn()
    alice.line.comeBack()
    bob.line.comeBack()
    await backAgain()
    await negotiate(atCallee, atCaller, { iceRestart: true })
    await call.carriesOn()

    await Promise.all([daemon.stop(), becomes(alice, 'reconnecting'), becomes(bob, 'reconnecting')])
    for (const { got } of [alice, bob]) {
      expect(got.find(({ type }) => type === 'GOAWAY')?.payload).toMatchObject({ reason: 'shutting_down' })
    }
    await call.carriesOn()
    await Promise.all([
      // Begun while there is no server at all: the offer waits.
      negotiate(atCaller, atCallee, { iceRestart: true }),
      daemon.startAgain().then(backAgain),
    ])
    await call.carriesOn()
    await call.expectNothingLost()

    out.hangup()
    const over = await incoming.until('over')
    expect(over).toMatchObject({ reason: 'hangup' })
    expect(incoming.durationMs()).toBeGreaterThan(0)
    expectRestarts(alice, 2)
    expectRestarts(bob, 2)
    expect([...alice.got, ...bob.got].filter(({ type }) => type === 'ERROR')).toEqual([])
  }))

it.each([
  ['calls', { caller: { username: 'old', agrees: false }, callee: { username: 'new', agrees: true } }],
  ['is called', { caller: { username: 'new', agrees: true }, callee: { username: 'old', agrees: false } }],
])(
  'HELLO-5 RESUME-5 CALL-18 a client that has agreed on nothing and %s notices nothing of the cuts of the other',
  (_, who) =>
    withCleanup(async (defer) => {
      const daemon = await startDaemon(defer)
      const caller = await enrol(daemon, who.caller, defer)
      const callee = await enrol(daemon, who.callee, defer)
      const call = await converse(caller, callee, defer)
      const plainCalls = !who.caller.agrees
      const [plain, agreed] = plainCalls ? [caller, callee] : [callee, caller]
      const before = plain.got.length

      agreed.line.goOffline()
      await call.carriesOn()
      agreed.line.comeBack()
      await becomes(agreed, 'online')
      await plain.client.users.search({})
      expect(plain.got.slice(before).map(({ type }) => type)).toEqual(['USER_LIST_RESPONSE'])

      await negotiate(call.atCallee, call.atCaller, { iceRestart: true })
      await call.carriesOn()
      await negotiate(call.atCaller, call.atCallee, { iceRestart: true })
      await call.carriesOn()
      await call.expectNothingLost()

      const [ofPlain, ofAgreed] = plainCalls ? [call.out, call.incoming] : [call.incoming, call.out]
      ofAgreed.hangup()
      await ofPlain.until('over')
      expect(plain.got.find(({ type }) => type === 'HANGUP')?.payload).toEqual({
        call_id: ofPlain.id,
        reason: 'hangup',
      })
      expectRestarts(plain, 2)
      const added = plain.got.filter(({ payload }) => 'seq' in payload || 'session_token' in payload)
      expect(added).toEqual([])
      expect(plain.got.filter(({ type }) => type === 'ERROR')).toEqual([])
    }),
)
