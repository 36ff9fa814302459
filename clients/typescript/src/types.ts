export type { Ask, Unsubscribe } from './ask.ts'
export type {
  Active,
  CallState,
  Ended,
  EndReason,
  Held,
  Ongoing,
  RingingIn,
  RingingOut,
  Side,
} from './call/call-state.ts'
export type { Call, CallEvents, Metadata } from './call/call.ts'
export type { Candidate, Description, Signal, Signals } from './call/signal.ts'
export type { Transfer } from './call/transfer.ts'
export type { ClientState, Closed, Offline, Online, Reconnecting, SignedOut } from './client/client-state.ts'
export type { CallOptions, Client, ClientEvents } from './client/client.ts'
export type { ConnectOptions } from './client/connect-options.ts'
export type { Loss } from './client/loss.ts'
export type { Missed } from './client/missed.ts'
export { RoomRtcError, type RoomRtcErrorCode, type RoomRtcErrorOptions } from './error.ts'
export type { IceServer } from './ice-server.ts'
export type { Line, LineEvents, LineOptions, OpenLine } from './line/line.ts'
export type { WebSocketConstructor, WebSocketLike } from './line/web-socket-like.ts'
export type { Backoff } from './link/backoff.ts'
export type { PasswordLogin, TokenLogin, TokenSource } from './link/token-source.ts'
export type { Person, Presence, User } from './users/person.ts'
export type { UserPage, UserQuery, Users } from './users/users.ts'
export type { Capability } from './wire/capabilities.ts'
export type { Message } from './wire/message.ts'
export type { KnownReason, Reason } from './wire/reasons.ts'
export type { Log, LogEntry } from './world/log-entry.ts'
export type { Network, Surroundings } from './world/surroundings.ts'
