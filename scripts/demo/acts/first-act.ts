import { connectClient, type SignalingClient } from '../../../src/sdk/client.ts'
import { carry, opened } from '../data-channel.ts'
import { granted, learns, type Party } from '../party.ts'
import { createPeer, negotiate } from '../peer.ts'
import type { Conversation, Stage } from '../stage.ts'
import type { Transcript } from '../transcript.ts'

/** From the first connection to an open data channel. Gives what bob heard over it. */
export async function firstAct(stage: Stage): Promise<{ conversation: Conversation; heard: string }> {
  const { transcript } = stage
  const clients = await sayHello(stage)
  const { alice, bob } = await register(clients, transcript)
  await logIn(alice, bob, transcript)
  const callId = await setUpCall(alice, bob, transcript)
  const conversation = await openChannel(alice, bob, callId, stage)
  return { conversation, heard: await talk(conversation, transcript) }
}

interface Clients {
  readonly alice: SignalingClient
  readonly bob: SignalingClient
}

async function sayHello({ daemon, transcript, defer }: Stage): Promise<Clients> {
  const { host, port, ca } = daemon
  transcript.section(
    'Say hello',
    `A daemon of our own listens on ${host} port ${port}, with TLS. Client and server agree on what both can.`,
  )
  const connect = async (name: string) => {
    const client = await connectClient({ host, port, tls: { ca }, trace: transcript.traceOf(name) })
    defer(() => client.close())
    granted(await client.hello())
    return client
  }
  return { alice: await connect('alice'), bob: await connect('bob') }
}

async function register(
  clients: Clients,
  { section }: Transcript,
): Promise<{ readonly alice: Party; readonly bob: Party }> {
  section('Register', 'A registration is answered once the account is safe on disk.')
  const enrol = async (name: 'alice' | 'bob'): Promise<Party> => {
    const client = clients[name]
    return { name, client, userId: granted(await client.register(credentials(name))).user_id }
  }
  return { alice: await enrol('alice'), bob: await enrol('bob') }
}

function credentials(name: string): { username: string; password_hash: string } {
  return { username: name, password_hash: `the password of ${name}` }
}

async function logIn(alice: Party, bob: Party, { section }: Transcript): Promise<void> {
  section(
    'Log in, and see who is there',
    'A login binds the connection to the user. From then on one is told whenever the state of another changes.',
  )
  for (const { client, name } of [alice, bob]) {
    granted(await client.logIn(credentials(name)))
    await client.next('ICE_SERVERS')
  }
  await learns(alice, bob, 'Available')
  granted(await alice.client.listUsers())
}

async function setUpCall(alice: Party, bob: Party, { section }: Transcript): Promise<string> {
  section(
    'Call',
    'alice is Busy as soon as she calls, bob once he accepts. Meanwhile she is told that it rings, and could cancel.',
  )
  alice.client.send({ type: 'CALL_REQUEST', payload: { to_user_id: bob.userId } })
  await alice.client.next('RINGING')
  const { payload: notification } = await bob.client.next('CALL_NOTIFICATION')
  await learns(bob, alice, 'Busy')

  bob.client.send({ type: 'CALL_RESPONSE', payload: { call_id: notification.call_id, accepted: true } })
  const { type, payload: outcome } = await alice.client.next('CALL_ACCEPTED', 'CALL_DECLINED')
  if (type === 'CALL_DECLINED') throw new Error(`the call came to nothing: ${outcome.reason}`)
  await learns(alice, bob, 'Busy')
  return outcome.call_id
}

async function openChannel(
  alice: Party,
  bob: Party,
  callId: string,
  { transcript, defer }: Stage,
): Promise<Conversation> {
  transcript.section(
    'Negotiate',
    'The caller offers, the callee answers, both tell where they can be reached. The server passes it on unread.',
  )
  const prepare = (party: Party, other: Party) => {
    const peer = createPeer(party.client, { call_id: callId, to_user_id: other.userId })
    defer(() => {
      peer.connection.close()
    })
    return peer
  }
  const [atAlice, atBob] = [prepare(alice, bob), prepare(bob, alice)]
  await negotiate(atAlice, atBob)
  await opened(atAlice.channel)
  await opened(atBob.channel)
  return { alice, bob, callId, atAlice, atBob }
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
