import type { Socket } from 'node:net'
import { type Gate, whenDue } from './gate.ts'
import type { FrameWriter, MakeFrameWriter } from './frame-writer.ts'

/** For plain TCP: the frames of one tick leave in one system call. */
class SegmentWriter implements FrameWriter {
  readonly #socket: Socket
  readonly #gate: Gate

  constructor(socket: Socket, gate: Gate) {
    this.#socket = socket
    this.#gate = gate
  }

  get heldBytes(): number {
    return this.#socket.writableLength
  }

  get joinsFrames(): boolean {
    return true
  }

  write(frame: Buffer): void {
    const socket = this.#socket
    if (socket.writableCorked === 0) {
      socket.cork()
      whenDue(this.#gate, uncork, socket)
    }
    socket.write(frame)
  }

  joinFrames(): void {
    // They share segments anyway.
  }

  drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => this.#socket.once('drain', resolve))
  }

  /** At the end of the tick as well: to end a socket writes what is corked. */
  end(): void {
    whenDue(this.#gate, end, this.#socket)
  }
}

export const createSegmentWriter: MakeFrameWriter = (socket, gate) => new SegmentWriter(socket, gate)

function end(socket: Socket, gate: Gate): void {
  gate.release()
  socket.end()
}

function uncork(socket: Socket, gate: Gate): void {
  gate.release()
  socket.uncork()
}
