import type { ErrorReason } from '../../protocol/error-reasons.ts'

/** Puts frames on a socket in the way that its readers need. */
export interface FrameWriter {
  /** What waits for the peer, in bytes. */
  readonly heldBytes: number
  /** It takes several frames in one write. */
  readonly joinsFrames: boolean
  /** Of a small frame it keeps nothing beyond the tick: what it writes is its own. */
  readonly copiesSmall: boolean
  /** Gives how many bytes it has become. */
  write(frame: Buffer): number
  /** The same of a frame that others are sent as well. */
  writeShared(frame: Buffer): number
  /** From here on frames that wait for each other may share a TLS record. */
  joinFrames(): void
  /** Resolves once nothing waits any more; perhaps never, if the connection ends before. */
  drained(): Promise<void>
  /** Half-closes the socket once everything written has left. `reason`: why we end it, where it is we who do. */
  end(reason?: ErrorReason): void
}
