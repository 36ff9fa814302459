export type { Ask, Unsubscribe } from './ask.ts'
export type { Backoff } from './backoff-options.ts'
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
export type { Closed, ClientState, Offline, Online, Reconnecting, SignedOut } from './client-state.ts'
export type { CallOptions, Client, ClientEvents } from './client.ts'
export type { ConnectOptions } from './connect-options.ts'
export { RoomRtcError, type RoomRtcErrorCode, type RoomRtcErrorOptions } from './error.ts'
export type { IceServer } from './ice-server.ts'
export type { Line, LineEvents, LineOptions, OpenLine } from './line/line.ts'
export type { WebSocketConstructor, WebSocketLike } from './line/web-socket.ts'
export type { Log, LogEntry } from './log-entry.ts'
export type { Loss } from './loss.ts'
export type { Person, Presence, User } from './person.ts'
export type { Network, Surroundings } from './surroundings.ts'
export type { PasswordLogin, TokenLogin, TokenSource } from './token-source.ts'
export type { UserPage, UserQuery, Users } from './users.ts'
export type { Capability } from './wire/capabilities.ts'
export type { Message } from './wire/message.ts'
export type { KnownReason, Reason } from './wire/reasons.ts'
