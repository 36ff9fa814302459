import type { CallLink } from '../application/signaling/relay-signal.ts'
import type { SessionId } from '../domain/ids.ts'
import type { User } from '../domain/user.ts'
import type { ServerMessage } from '../protocol/message-table.ts'
import type { WireRefusal } from './present-refusal.ts'

/** How a session is reached: the endpoint of its connection. */
interface Reach {
  /** Names the connection in the log. */
  readonly id: number
  send(message: ServerMessage): void
  sendFrame(frame: Buffer): void
  fail(refusal: WireRefusal): void
  bind(session: Session | undefined): void
}

/**
 * A login: who, and how to reach it. It is not the connection: the endpoint that it arrived on is a part of it and
 * can be another one later.
 */
export interface Session {
  readonly id: SessionId
  readonly user: User
  readonly endpoint: Reach
  /** The active call, as long as there is one: all that relaying needs. */
  call: CallLink | undefined
}
