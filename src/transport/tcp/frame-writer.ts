import type { Socket } from 'node:net'
import type { Gate } from './gate.ts'

/** Puts frames on a socket in the way that its readers need. */
export interface FrameWriter {
  /** What waits for the peer, in bytes. */
  readonly heldBytes: number
  /** It takes several frames in one write. */
  readonly joinsFrames: boolean
  write(frame: Buffer): void
  /** From here on frames that wait for each other may share a TLS record. */
  joinFrames(): void
  /** Resolves once nothing waits any more; never, if the connection ends before. */
  drained(): Promise<void>
  /** Half-closes the socket once everything written has left. */
  end(): void
}

export type MakeFrameWriter = (socket: Socket, gate: Gate) => FrameWriter
