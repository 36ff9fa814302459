import type { Unreadable } from '../../protocol/codec/unreadable.ts'
import type { ReceivedFrame } from '../../protocol/framing/frame.ts'
import type { Transport } from '../../session/conversation/sink.ts'
import type { FrameWriter } from './frame-writer.ts'

/** What has come from a peer and has not been handled yet. */
export interface Intake {
  /** Something has come that has not been taken: whole, or begun. */
  readonly partial: boolean
  /** The next that is whole. Throws a ProtocolError where nothing after it can be read. */
  next(): ReceivedFrame | Unreadable | undefined
  /** The peer has logged in: larger frames from the next one on. */
  trust(): void
  /** It has logged out: small ones again, from the next one on. */
  distrust(): void
}

/** What carries the frames of a connection, both ways. */
export interface Line {
  readonly transport: Transport
  readonly intake: Intake
  readonly writer: FrameWriter
  /** A peer that ends in good order has all heard that it has said before, even if the socket is gone meanwhile. */
  readonly isHeardOut: boolean
  /** The peer can be asked for a sign of life below the messages. */
  readonly hasPings: boolean
  /** Does so; gives how many bytes that took. */
  ping(): number
  /** Nothing is read for now. */
  pause(): void
  resume(): void
}
