import { type Call, type Client, connect } from 'roomrtc-client'
import { holdLine, type HeldLine } from '../../support/held-line.ts'
import { carry, opened } from '../data-channel.ts'
import { learns, type Party } from '../party.ts'
import { createPeer, negotiate } from '../peer.ts'
import type { Conversation, Stage } from '../stage.ts'
import type { Transcript } from '../transcript.ts'

/** From the first connection to an open data channel. Gives what bob heard over it. */
export async function firstAct(stage: Stage): Promise<{ conversation: Conversation; heard: string }> {
  const { transcript } = stage
  const clients = await sayHello(stage)
  const { alice, bob } = await register(clients, transcript)
  await logIn(alice, bob, transcript)
  const calls = await setUpCall(alice, bob, transcript)
  const conversation = await openChannel(alice, bob, calls, stage)
  return { conversation, heard: await talk(conversation, transcript) }
}

interface Connected {
  readonly client: Client
  readonly line: HeldLine
}

interface Clients {
  readonly alice: Connected
  readonly bob: Connected
}

async function sayHello({ daemon, transcript, defer }: Stage): Promise<Clients> {
  const { host, port, ca } = daemon
  transcript.section(
    'Say hello',
    `A daemon of our own listens on ${host} port ${port}, with TLS. Client and server agree on what both can.`,
  )
  const join = async (name: string) => {
    const line = holdLine(transcript.traceOf(name))
    const client = await connect(`tls://${host}:${port}`, {
      tls: { ca },
      reconnect: { firstMs: 100, maxMs: 200 },
      surroundings: line.surroundings,
    })
    defer(() => client.close())
    return { client, line }
  }
  return { alice: await join('alice'), bob: await join('bob') }
}

async function register(
  clients: Clients,
  { section }: Transcript,
): Promise<{ readonly alice: Party; readonly bob: Party }> {
  section('Register', 'A registration is answered once the account is safe on disk.')
  const enrol = async (name: 'alice' | 'bob'): Promise<Party> => {
    const { client, line } = clients[name]
    return { name, client, line, userId: (await client.register(credentials(name))).id }
  }
  return { alice: await enrol('alice'), bob: await enrol('bob') }
}

function credentials(name: string): { username: string; password: string } {
  return { username: name, password: `the password of ${name}` }
}

async function logIn(alice: Party, bob: Party, { section }: Transcript): Promise<void> {
  section(
    'Log in, and see who is there',
    'A login binds the connection to the user. From then on one is told whenever the state of another changes.',
  )
  for (const { client, name } of [alice, bob]) await client.login(credentials(name))
  await learns(alice, bob, 'Available')
}

/** The call as each of them has it. */
interface Calls {
  readonly out: Call
  readonly incoming: Call
}

async function setUpCall(alice: Party, bob: Party, { section }: Transcript): Promise<Calls> {
  section(
    'Call',
    'alice is Busy as soon as she calls, bob once he accepts. Meanwhile she is told that it rings, and could cancel.',
  )
  const rings = new Promise<Call>((resolve) => {
    bob.client.on('call', resolve)
  })
  const out = alice.client.call(bob.userId)
  const incoming = await rings
  await learns(bob, alice, 'Busy')
  incoming.accept()
  await out.until('active')
  await learns(alice, bob, 'Busy')
  return { out, incoming }
}

async function openChannel(
  alice: Party,
  bob: Party,
  { out, incoming }: Calls,
  { transcript, defer }: Stage,
): Promise<Conversation> {
  transcript.section(
    'Negotiate',
    'The caller offers, the callee answers, both tell where they can be reached. The server passes it on unread.',
  )
  const prepare = (call: Call) => {
    const peer = createPeer(call)
    defer(() => {
      peer.connection.close()
    })
    return peer
  }
  const [atAlice, atBob] = [prepare(out), prepare(incoming)]
  await negotiate(atAlice, atBob)
  await opened(atAlice.channel)
  await opened(atBob.channel)
  return { alice, bob, call: out, atAlice, atBob }
}

async function talk(
  { alice, bob, atAlice, atBob }: Conversation,
  { section, direct }: Transcript,
): Promise<string> {
  section('Talk', 'The data channel is open: from here to there without the server, encrypted end to end.')
  const heard = await carry('hello bob, no server in between', atAlice.channel, atBob.channel)
  direct(alice.name, bob.name, heard)
  direct(bob.name, alice.name, await carry('hello alice, I hear you', atBob.channel, atAlice.channel))
  return heard
}
