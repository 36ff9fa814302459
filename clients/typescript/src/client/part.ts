import type { RoomRtcError } from '../error.ts'
import type { OutboxOptions } from '../call/outbox.ts'
import type { CallStart, RoomCall } from '../call/room-call.ts'
import type { Person } from '../users/person.ts'
import type { Capability } from '../wire/capabilities.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import type { Surroundings } from '../world/surroundings.ts'
import type { Asker } from './asker.ts'

/** What lives in a client's session: its calls, and what other modules of this package add. Each hears what it wants to. */
export interface Part {
  /** Whether one is `Busy` by it. */
  readonly isBusy?: boolean
  /** False where the message is about something else. Answers to what the client has asked do not come here. */
  take(message: ServerMessage): boolean
  /** The session goes on, and all that was missed has been told: what the server knows must be known here, too. */
  caughtUp?(resumed: ServerPayloads['RESUMED']): void
  /** The messages of calls and rooms before the position have arrived. */
  arrived?(position: number): void
  /** The client is being closed, and may say so. */
  leave?(): void
  /** The session is over. */
  end?(reason: string): void
}

/** The one call of the client, and how another one takes its place. */
interface TheCall {
  readonly current: RoomCall | undefined
  make(start: CallStart): RoomCall
  follow(call: RoomCall): void
}

/** What a part is given. */
export interface Host extends OutboxOptions {
  readonly world: Pick<Surroundings, 'now' | 'monotonic' | 'setTimer'>
  readonly asker: Asker
  readonly me: () => Person | undefined
  readonly capabilities: () => readonly Capability[]
  /** The server refused something for which nobody waits. */
  readonly refusal: (error: RoomRtcError) => void
  readonly calls: () => TheCall
  /** The session has ended by what was asked. */
  readonly loggedOut: () => void
  /** Whether one is busy may have changed. */
  readonly changed: () => void
}
