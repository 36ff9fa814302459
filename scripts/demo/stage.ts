import type { Call } from 'roomrtc-client'
import type { Party } from './party.ts'
import type { Peer } from './peer.ts'
import type { PrivateDaemon } from './private-daemon.ts'
import type { Transcript } from './transcript.ts'

/** Where the demo plays. */
export interface Stage {
  readonly daemon: PrivateDaemon
  readonly transcript: Transcript
  /** For what is to be ended after the demo. */
  readonly defer: (end: () => Promise<void> | void) => void
}

/** alice and bob in a call, that of alice, and what they have of it beyond the server. */
export interface Conversation {
  readonly alice: Party
  readonly bob: Party
  readonly call: Call
  readonly atAlice: Peer
  readonly atBob: Peer
}
