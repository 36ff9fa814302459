import type { RoomRtcError } from '../error.ts'
import type { ClientState } from '../client/client-state.ts'
import type { LineOptions } from '../line/line.ts'
import type { Capability } from '../wire/capabilities.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import type { LogEntry } from '../world/log-entry.ts'
import type { Surroundings } from '../world/surroundings.ts'
import type { Backoff } from './backoff.ts'

export interface LinkOptions {
  readonly url: string
  readonly line: LineOptions
  readonly name: string
  readonly wanted: readonly Capability[]
  readonly timeoutMs: number
  /** Undefined: a lost connection is the end. */
  readonly backoff: Backoff | undefined
  readonly surroundings: Surroundings
  readonly log: (level: LogEntry['level'], event: string, fields?: Readonly<Record<string, unknown>>) => void
}

/** What a connection tells of what comes over it. */
interface Hearing {
  /** In order, each once; answers apart. */
  readonly message: (message: ServerMessage) => void
  /** The session goes on. What was missed follows. */
  readonly resumed: (payload: ServerPayloads['RESUMED']) => void
  /** What was missed has been told. */
  readonly caughtUp: () => void
  /** The messages of calls before the position have arrived. */
  readonly arrived: (position: number) => void
}

export interface LinkEvents extends Hearing {
  readonly state: (state: ClientState) => void
}

/** What was agreed on with the server. */
export interface Agreement {
  readonly capabilities: readonly Capability[]
  readonly limits: Readonly<Record<string, number>>
}

/** What a connection tells of itself. After `lost` it tells nothing. */
export interface ConnectionEvents extends Hearing {
  readonly agreed: (agreement: Agreement) => void
  readonly ready: () => void
  /** The server says what nobody has asked; often it is the last word. */
  readonly complaint: (why: RoomRtcError) => void
  readonly signedOut: (why: RoomRtcError) => void
  readonly lost: (why: RoomRtcError) => void
}
