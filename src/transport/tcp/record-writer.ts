import type { Socket } from 'node:net'
import type { FrameWriter } from '../connection/frame-writer.ts'
import { type Gate, whenDue } from '../connection/gate.ts'
import { FRAMES_A_TURN } from '../connection/turn.ts'
import { FrameQueue } from './frame-queue.ts'

/**
 * For TLS: never two frames in one record, because the native client does not see the second (TLS-REC). Node joins
 * writes that wait behind another into one record, so each waits here for the one before. Clients that have said HELLO
 * can take joined frames (HELLO-4): what waits then leaves in one write.
 */
export class RecordWriter implements FrameWriter {
  readonly #socket: Socket
  readonly #gate: Gate
  /** What begins to leave at the end of the tick. */
  #first: Buffer | undefined
  /** Only while something is being written. */
  #waiting: FrameQueue | undefined
  #whenDrained: (() => void)[] | undefined
  #writing = false
  #joining = false
  #ending = false
  #writtenThisTurn = 0

  constructor(socket: Socket, gate: Gate) {
    this.#socket = socket
    this.#gate = gate
  }

  get heldBytes(): number {
    return (this.#first?.length ?? 0) + (this.#waiting?.bytes ?? 0) + this.#socket.writableLength
  }

  get copiesSmall(): boolean {
    return false
  }

  get joinsFrames(): boolean {
    return this.#joining
  }

  write(frame: Buffer): number {
    if (!this.#writing) {
      this.#writing = true
      this.#first = frame
      whenDue(this.#gate, begin, this)
    } else {
      this.#waiting ??= new FrameQueue()
      this.#waiting.add(frame)
    }
    return frame.length
  }

  writeShared(frame: Buffer): number {
    return this.write(frame)
  }

  joinFrames(): void {
    this.#joining = true
  }

  drained(): Promise<void> {
    if (!this.#writing) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenDrained ??= []
      this.#whenDrained.push(resolve)
    })
  }

  end(): void {
    this.#ending = true
    if (!this.#writing) this.#socket.end()
  }

  /** At the end of the tick. */
  begin(): void {
    const frame = this.#first
    this.#first = undefined
    if (frame !== undefined) this.#put(frame)
  }

  #put(frame: Buffer): void {
    this.#gate.release()
    this.#socket.write(frame, (failure) => {
      // Of a broken connection the 'close' event tells; nothing more can leave.
      if (failure != null) return
      if (++this.#writtenThisTurn < FRAMES_A_TURN) {
        this.#putNext()
        return
      }
      this.#writtenThisTurn = 0
      setImmediate(() => {
        this.#putNext()
      })
    })
  }

  #putNext(): void {
    const next = this.#waiting?.take(this.#joining)
    if (next === undefined) this.#rest()
    else this.#put(next)
  }

  #rest(): void {
    this.#writing = false
    this.#waiting = undefined
    if (this.#ending) this.#socket.end()
    for (const resolve of this.#whenDrained ?? []) resolve()
    this.#whenDrained = undefined
  }
}

function begin(writer: RecordWriter): void {
  writer.begin()
}
