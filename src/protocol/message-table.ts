import { accountMessages } from './messages/account.ts'
import { callMessages } from './messages/call.ts'
import type { Capability } from './capabilities.ts'
import { connectionMessages } from './messages/connection.ts'
import { historyMessages } from './messages/history.ts'
import { deviceMessages } from './messages/devices.ts'
import { iceMessages } from './messages/ice.ts'
import { messagesMessages } from './messages/messages.ts'
import { negotiationMessages } from './messages/negotiation.ts'
import { pushMessages } from './messages/push.ts'
import { resumptionMessages } from './messages/resumption.ts'
import { roomMessages } from './messages/room.ts'
import { sfuMessages } from './messages/sfu.ts'
import { signalingMessages } from './messages/signaling.ts'
import { userMessages } from './messages/user.ts'
import { watchMessages } from './messages/watch.ts'
import type { Readable } from './codec/readable.ts'

/**
 * The message table: of each message its code, what it is for, and what a client may send under it (`client`) and
 * what the server sends (`server`). Types, codecs, dispatch and the tables of PROTOCOL.md come from here.
 */
export const messageTable = {
  ...accountMessages,
  ...userMessages,
  ...callMessages,
  ...signalingMessages,
  ...connectionMessages,
  ...negotiationMessages,
  ...resumptionMessages,
  ...iceMessages,
  ...roomMessages,
  ...sfuMessages,
  ...historyMessages,
  ...deviceMessages,
  ...watchMessages,
  ...messagesMessages,
  ...pushMessages,
} as const

type Table = typeof messageTable
type MessageName = keyof Table

type ClientName = { [N in MessageName]: Table[N] extends { client: object } ? N : never }[MessageName]
type ServerName = { [N in MessageName]: Table[N] extends { server: object } ? N : never }[MessageName]

type Read<R> =
  R extends Readable<infer Name, infer Payload> ? { readonly type: Name; readonly payload: Payload } : never

/** A message from a client, checked. */
export type ClientMessage = { [N in ClientName]: Read<Table[N]['client']> }[ClientName]

/** A message from the server, its payload's fields in the order of the wire. */
export type ServerMessage = { [N in ServerName]: Read<Table[N]['server']> }[ServerName]

export interface MessageDefinition {
  readonly code: number
  readonly about: string
  readonly client?: Table[ClientName]['client']
  readonly server?: Table[ServerName]['server']
  /** A frame without payload is read as `{}`. */
  readonly mayBeEmpty?: boolean
  /** The largest payload, where it is less than a frame holds. */
  readonly maxBytes?: number
  /** What must have been agreed on for it to be sent, either way. */
  readonly needs?: Capability
  /** What it costs of the sender's limits; 1 where absent. */
  readonly cost?: number
  /** It belongs to a call or a room: `protocol/sequenced.ts`. */
  readonly sequenced?: true
}

/** The table by code. */
export const messagesByCode: ReadonlyMap<number, { readonly name: string } & MessageDefinition> = new Map(
  Object.entries<MessageDefinition>(messageTable).map(([name, definition]) => [
    definition.code,
    { name, ...definition },
  ]),
)
