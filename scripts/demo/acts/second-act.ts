import { carry } from '../data-channel.ts'
import { becomes, type Party } from '../party.ts'
import { negotiate } from '../peer.ts'
import type { Conversation, Stage } from '../stage.ts'
import type { Transcript } from '../transcript.ts'

/** Both connections to the server break in mid-call, and are regained. */
export async function loseConnections({ transcript }: Stage, conversation: Conversation): Promise<void> {
  const { section } = transcript
  const { alice, bob, atAlice, atBob } = conversation
  section(
    'Lose the connections',
    'First that of alice is cut, then that of bob. Their sessions wait and the call goes on, from peer to peer.',
  )
  const away = peerIsAway(bob)
  alice.line.goOffline()
  await away
  bob.line.goOffline()
  await talk(conversation, ['my connection is gone', 'so is mine, and I hear you'], transcript)

  section(
    'Resume',
    'No password: a token that only they know lets the sessions go on. What was missed follows.',
  )
  await comeBack(alice)
  await comeBack(bob)

  section('Negotiate anew', 'An ICE restart, as after a change of network; this time the callee offers.')
  await negotiate(atBob, atAlice, { iceRestart: true })
  await talk(conversation, ['negotiated anew', 'and heard again'], transcript)
}

/** The daemon stops in mid-call, and another takes over what it has left. */
export async function restartDaemon(
  { daemon, transcript }: Stage,
  conversation: Conversation,
): Promise<void> {
  const { section } = transcript
  const { alice, bob, atAlice, atBob } = conversation
  section(
    'Restart the daemon',
    'It says when to come back, leaves sessions and calls on disk and ends. For a while there is no server at all.',
  )
  await Promise.all([daemon.stop(), becomes(alice, 'reconnecting'), becomes(bob, 'reconnecting')])
  await talk(conversation, ['the server is gone', 'who needs it?'], transcript)

  section(
    'Resume again',
    'Another daemon on the same port has taken up the sessions, and the call. The clients try until it is there.',
  )
  await daemon.startAgain()
  await Promise.all([becomes(alice, 'online'), becomes(bob, 'online')])
  await negotiate(atAlice, atBob, { iceRestart: true })
  await talk(conversation, ['negotiated through another daemon', 'and heard once more'], transcript)
}

/** Waits until somebody is told that the other party of the call has lost its connection. */
async function peerIsAway({ client }: Party): Promise<void> {
  const call = client.currentCall
  await new Promise<void>((resolve) => {
    call?.on('state', (state) => {
      if ('peerAway' in state && state.peerAway) resolve()
    })
  })
}

async function comeBack(party: Party): Promise<void> {
  const caughtUp = new Promise<void>((resolve) => {
    // The last of all that a resumption brings.
    party.client.on('iceServers', () => {
      resolve()
    })
  })
  party.line.comeBack()
  await becomes(party, 'online')
  await caughtUp
}

/** alice says the one thing to bob, and he the other to her. */
async function talk(
  { alice, bob, atAlice, atBob }: Conversation,
  [said, replied]: readonly [string, string],
  { direct }: Transcript,
): Promise<void> {
  direct(alice.name, bob.name, await carry(said, atAlice.channel, atBob.channel))
  direct(bob.name, alice.name, await carry(replied, atBob.channel, atAlice.channel))
}
