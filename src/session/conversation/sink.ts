import type { ErrorReason } from '../../protocol/error-reasons.ts'

/** What can carry a connection, as the log and administrators name it. */
export const transports = ['tcp', 'tls', 'websocket-json', 'websocket-binary', 'socket-io', 'http'] as const
export type Transport = (typeof transports)[number]

/** The way back to a peer, whatever carries it: TCP, TLS, a WebSocket, or a pair of functions in a test. */
export interface Sink {
  readonly transport: Transport
  /** Where the peer is: what limits by address count by. */
  readonly address: string
  /** More waits for the peer than it ought to: what can be merged is not to be written now. */
  readonly isCongested: boolean
  /** The peer has never said anything: neither its coming nor its end is news for the log. */
  readonly isSilent: boolean
  /** It takes several frames in one write. */
  readonly joinsFrames: boolean
  /** Of a small frame it keeps nothing beyond the tick, so that it may be a view into something large. */
  readonly copiesSmall: boolean
  /** Below the messages there are pings, which every peer answers. */
  readonly hasPings: boolean
  /** Sends one. */
  ping(): void
  /** Takes a whole frame; it reaches the peer whole and in order, or the connection ends. */
  write(frame: Buffer): void
  /** Takes whole frames, joined or each by itself, that belong together: all of them or none. */
  writeAll(pieces: readonly Buffer[]): void
  /** The peer can take several frames out of one TLS record. */
  joinFrames(): void
  /** The peer has said who it is: it may send larger frames, and need not make room for others. */
  trust(): void
  /** It has logged out: all is as before. */
  distrust(): void
  /** Ends the connection once everything written has left; a peer that does not read is not waited for long. */
  end(reason: ErrorReason): void
}
