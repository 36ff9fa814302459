import type { CallLink } from '../application/signaling/relay-signal.ts'
import type { SessionId } from '../domain/ids.ts'
import type { User } from '../domain/user.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * A login: who, and how to reach it. It is not the connection: the endpoint that it arrived on is a part of it and
 * can be another one later.
 */
export interface Session {
  readonly id: SessionId
  readonly user: User
  readonly endpoint: Endpoint
  /** The active call, as long as there is one: all that relaying needs. */
  call: CallLink | undefined
}
