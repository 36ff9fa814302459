import { connectClient } from '../../src/sdk/client.ts'
import { carry, createDataChannel, opened } from './data-channel.ts'
import { Negotiation } from './negotiation.ts'
import { granted, learns, type Party } from './party.ts'
import { startPrivateDaemon } from './private-daemon.ts'
import type { Transcript } from './transcript.ts'
import { withCleanup } from './with-cleanup.ts'
import { createPeerConnection } from './wrtc.ts'

/** Walks alice and bob through all that a call takes, on a daemon of their own. Gives what bob heard from alice. */
export function walk(directory: string, transcript: Transcript): Promise<string> {
  return withCleanup(async (defer) => {
    const { daemon, host, ca } = await startPrivateDaemon(directory)
    defer(() => daemon.stop())
    const { port } = daemon

    transcript.section(
      'Register',
      `A daemon of our own listens on ${host} port ${port}, with TLS. It answers once the account is safe on disk.`,
    )
    const enrol = async (name: string): Promise<Party> => {
      const client = await connectClient({ host, port, tls: { ca }, trace: transcript.traceOf(name) })
      defer(() => client.close())
      return { name, client, userId: granted(await client.register(credentials(name))).user_id }
    }
    const alice = await enrol('alice')
    const bob = await enrol('bob')

    await logIn(alice, bob, transcript)
    const call = await setUpCall(alice, bob, transcript)
    const heard = await talk(alice, bob, call, transcript)
    await hangUp(alice, bob, call, transcript)
    await logOut(alice, bob, transcript)
    return heard
  })
}

function credentials(name: string): { username: string; password_hash: string } {
  return { username: name, password_hash: `the password of ${name}` }
}

async function logIn(alice: Party, bob: Party, { section }: Transcript): Promise<void> {
  section(
    'Log in, and see who is there',
    'A login binds the connection to the user. From then on one is told whenever the state of another changes.',
  )
  granted(await alice.client.logIn(credentials(alice.name)))
  granted(await bob.client.logIn(credentials(bob.name)))
  await learns(alice, bob, 'Available')
  granted(await alice.client.listUsers())
}

async function setUpCall(alice: Party, bob: Party, { section }: Transcript): Promise<string> {
  section(
    'Call',
    'alice is Busy as soon as she calls, bob once he accepts. Only then does she learn the id of the call.',
  )
  alice.client.send({ type: 'CALL_REQUEST', payload: { to_user_id: bob.userId } })
  const { payload: notification } = await bob.client.next('CALL_NOTIFICATION')
  await learns(bob, alice, 'Busy')

  bob.client.send({ type: 'CALL_RESPONSE', payload: { call_id: notification.call_id, accepted: true } })
  const { type, payload: outcome } = await alice.client.next('CALL_ACCEPTED', 'CALL_DECLINED')
  if (type === 'CALL_DECLINED') throw new Error(`the call came to nothing: ${outcome.reason}`)
  await learns(alice, bob, 'Busy')
  return outcome.call_id
}

/** Opens a data channel between the two, and says something both ways. */
function talk(alice: Party, bob: Party, callId: string, { section, direct }: Transcript): Promise<string> {
  return withCleanup(async (defer) => {
    section(
      'Negotiate',
      'The caller offers, the callee answers, both tell where they can be reached. The server passes it on unread.',
    )
    const prepare = (party: Party, other: Party) => {
      const connection = createPeerConnection()
      defer(() => {
        connection.close()
      })
      const call = { call_id: callId, to_user_id: other.userId }
      const channel = createDataChannel(connection)
      return { negotiation: new Negotiation(party.client, connection, call), channel }
    }
    const atAlice = prepare(alice, bob)
    const atBob = prepare(bob, alice)
    await Promise.all([atAlice.negotiation.offer(), atBob.negotiation.answer()])
    await Promise.all([atAlice.negotiation.takeCandidates(), atBob.negotiation.takeCandidates()])
    await opened(atAlice.channel)
    await opened(atBob.channel)

    section('Talk', 'The data channel is open: from here to there without the server, encrypted end to end.')
    const heard = await carry('hello bob, no server in between', atAlice.channel, atBob.channel)
    direct(alice.name, bob.name, heard)
    direct(bob.name, alice.name, await carry('hello alice, I hear you', atBob.channel, atAlice.channel))
    return heard
  })
}

async function hangUp(alice: Party, bob: Party, callId: string, { section }: Transcript): Promise<void> {
  section('Hang up', 'Either party ends the call; the other is told, and both are Available again.')
  alice.client.send({ type: 'HANGUP', payload: { call_id: callId } })
  await bob.client.next('HANGUP')
  await Promise.all([learns(alice, bob, 'Available'), learns(bob, alice, 'Available')])
}

async function logOut(alice: Party, bob: Party, { section }: Transcript): Promise<void> {
  section('Log out', 'The connection stays open and could log in again.')
  granted(await alice.client.logOut())
  await learns(bob, alice, 'Disconnected')
  granted(await bob.client.logOut())
}
