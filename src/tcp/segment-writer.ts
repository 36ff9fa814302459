import type { Socket } from 'node:net'
import type { FrameWriter, MakeFrameWriter } from './frame-writer.ts'

/** For plain TCP: the frames of one tick leave in one system call. */
class SegmentWriter implements FrameWriter {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
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
      process.nextTick(uncork, socket)
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

  end(): void {
    this.#socket.end()
  }
}

export const createSegmentWriter: MakeFrameWriter = (socket) => new SegmentWriter(socket)

function uncork(socket: Socket): void {
  socket.uncork()
}
