import type { Socket } from 'node:net'
import { type Gate, whenDue } from './gate.ts'
import type { FrameWriter } from './frame-writer.ts'

/** For plain TCP: the frames of one tick leave in one system call. */
export class SegmentWriter implements FrameWriter {
  readonly #socket: Socket
  readonly #gate: Gate

  constructor(socket: Socket, gate: Gate) {
    this.#socket = socket
    this.#gate = gate
  }

  get heldBytes(): number {
    return this.#socket.writableLength
  }

  get copiesSmall(): boolean {
    return false
  }

  get joinsFrames(): boolean {
    return true
  }

  write(frame: Buffer): number {
    this.hold()
    this.#socket.write(frame)
    return frame.length
  }

  writeShared(frame: Buffer): number {
    return this.write(frame)
  }

  /** What is written to the socket from here to the end of the tick leaves then, all at once. */
  hold(): void {
    const socket = this.#socket
    if (socket.writableCorked > 0) return
    socket.cork()
    whenDue(this.#gate, uncork, socket)
  }

  joinFrames(): void {
    // They share segments anyway.
  }

  drained(): Promise<void> {
    const socket = this.#socket
    if (!socket.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => {
      const over = (): void => {
        socket.off('drain', over).off('close', over)
        resolve()
      }
      socket.on('drain', over).on('close', over)
    })
  }

  /** At the end of the tick as well: to end a socket writes what is corked. */
  end(): void {
    whenDue(this.#gate, end, this.#socket)
  }
}

function end(socket: Socket, gate: Gate): void {
  gate.release()
  socket.end()
}

function uncork(socket: Socket, gate: Gate): void {
  gate.release()
  socket.uncork()
}
