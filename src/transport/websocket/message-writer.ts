import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { ErrorReason } from '../../protocol/error-reasons.ts'
import type { FrameWriter } from '../connection/frame-writer.ts'
import type { Gate } from '../connection/gate.ts'
import { SegmentWriter } from '../connection/segment-writer.ts'
import { closeCode } from './close-code.ts'
import { controlFrame, headBytes, PING, PONG, writeHead } from './outgoing-frame.ts'
import type { Subprotocol } from './subprotocol.ts'

/** From here on two writes cost less than to copy a frame, which may wait for many peers. */
const COPIED_BYTES = 4096

const NOTHING = Buffer.alloc(0)

/**
 * Frames as messages of a WebSocket; those of one tick leave in one system call. They are written past `ws`, which would
 * need two writes for each and knows no gate; what it writes itself, whole frames too, comes in between.
 */
export class MessageWriter implements FrameWriter {
  readonly #webSocket: WebSocket
  readonly #subprotocol: Subprotocol
  readonly #socket: Socket
  readonly #segments: SegmentWriter

  constructor(webSocket: WebSocket, subprotocol: Subprotocol, socket: Socket, gate: Gate) {
    this.#webSocket = webSocket
    this.#subprotocol = subprotocol
    this.#socket = socket
    this.#segments = new SegmentWriter(socket, gate)
  }

  get heldBytes(): number {
    return this.#segments.heldBytes
  }

  /** Each is a message by itself. */
  get joinsFrames(): boolean {
    return false
  }

  write(frame: Buffer): number {
    if (!this.#isOpen) return 0
    const opening = this.#subprotocol.opening(frame)
    if (frame.length < COPIED_BYTES) return this.#segments.write(this.#joined(frame, opening))
    const { opcode, rest } = this.#subprotocol
    const length = opening.length + frame.length - rest
    const head = Buffer.allocUnsafe(headBytes(length) + opening.length)
    writeHead(head, opcode, length)
    opening.copy(head, headBytes(length))
    return this.#segments.write(head) + this.#segments.write(frame.subarray(rest))
  }

  writeShared(frame: Buffer): number {
    if (!this.#isOpen) return 0
    if (frame.length >= COPIED_BYTES) return this.write(frame)
    const { shared } = this.#subprotocol
    let message = shared.get(frame)
    if (message === undefined) {
      message = this.#joined(frame, this.#subprotocol.opening(frame))
      shared.set(frame, message)
    }
    return this.#segments.write(message)
  }

  ping(): number {
    return this.#isOpen ? this.#segments.write(controlFrame(PING, NOTHING)) : 0
  }

  pong(payload: Buffer): number {
    return this.#isOpen ? this.#segments.write(controlFrame(PONG, payload)) : 0
  }

  joinFrames(): void {
    // They share segments and records anyway.
  }

  drained(): Promise<void> {
    return this.#segments.drained()
  }

  /** The peer answers the close frame, and is not waited for: all that it sends from here on is discarded. */
  end(reason?: ErrorReason): void {
    this.#segments.hold()
    if (reason === undefined) this.#webSocket.close()
    else {
      this.#webSocket.close(closeCode(reason), reason)
      // What still comes is read and dropped (`Lingering`), and not put together by `ws` first.
      this.#socket.removeAllListeners('data')
    }
    this.#segments.end()
  }

  /** Behind a close frame nothing may come. */
  get #isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN
  }

  #joined(frame: Buffer, opening: Buffer): Buffer {
    const { opcode, rest } = this.#subprotocol
    const length = opening.length + frame.length - rest
    const head = headBytes(length)
    const message = Buffer.allocUnsafe(head + length)
    writeHead(message, opcode, length)
    opening.copy(message, head)
    frame.copy(message, head + opening.length, rest)
    return message
  }
}
