import type { Socket } from 'node:net'
import type { ErrorReason } from '../../protocol/error-reasons.ts'
import type { FrameWriter } from '../connection/frame-writer.ts'
import { type Gate, whenDue } from '../connection/gate.ts'
import { SegmentWriter } from '../connection/segment-writer.ts'
import { closeCode } from './close-code.ts'
import { joinedMessages, messageBytes } from './joined-messages.ts'
import { controlFrame, headBytes, PING, PONG, writeHead } from './outgoing-frame.ts'
import type { OrderedWebSocket } from './ordered-web-socket.ts'
import type { Subprotocol } from './subprotocol.ts'

/** From here on two writes cost less than to copy a frame, which may wait for many peers. */
const COPIED_BYTES = 4096

const NOTHING = Buffer.alloc(0)

const NONE: Buffer[] = []

/**
 * Frames as messages of a WebSocket; those of one tick leave in one system call, and small ones in one piece, which costs
 * less than a list of pieces. They are written past `ws`, which would need two writes for each and knows no gate; what it
 * writes itself, whole frames too, comes in between.
 */
export class MessageWriter implements FrameWriter {
  readonly #webSocket: OrderedWebSocket
  readonly #subprotocol: Subprotocol
  readonly #socket: Socket
  readonly #gate: Gate
  readonly #segments: SegmentWriter
  /** What leaves at the end of the tick, and how much it comes to as messages. */
  #small = NONE
  #smallBytes = 0

  constructor(webSocket: OrderedWebSocket, subprotocol: Subprotocol, socket: Socket, gate: Gate) {
    this.#webSocket = webSocket
    this.#subprotocol = subprotocol
    this.#socket = socket
    this.#gate = gate
    this.#segments = new SegmentWriter(socket, gate)
    webSocket.ahead = this
  }

  get heldBytes(): number {
    return this.#segments.heldBytes + this.#smallBytes
  }

  /** Each is a message by itself. */
  get joinsFrames(): boolean {
    return false
  }

  get copiesSmall(): boolean {
    return true
  }

  write(frame: Buffer): number {
    if (!this.#isOpen) return 0
    if (frame.length < COPIED_BYTES) return this.#keep(frame)
    const { opcode, opening, rest } = this.#subprotocol
    const begin = opening(frame)
    const length = begin.length + frame.length - rest
    const head = Buffer.allocUnsafe(headBytes(length) + begin.length)
    writeHead(head, 0, opcode, length)
    begin.copy(head, headBytes(length))
    return this.#writeNow(head) + this.#writeNow(frame.subarray(rest))
  }

  writeShared(frame: Buffer): number {
    if (!this.#isOpen) return 0
    if (frame.length >= COPIED_BYTES) return this.write(frame)
    const { shared } = this.#subprotocol
    let message = shared.get(frame)
    if (message === undefined) {
      message = joinedMessages([frame], this.#subprotocol, messageBytes(frame, this.#subprotocol))
      shared.set(frame, message)
    }
    return this.#writeNow(message)
  }

  ping(): number {
    return this.#isOpen ? this.#writeNow(controlFrame(PING, NOTHING)) : 0
  }

  pong(payload: Buffer): number {
    return this.#isOpen ? this.#writeNow(controlFrame(PONG, payload)) : 0
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
    this.leave()
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

  #keep(frame: Buffer): number {
    const bytes = messageBytes(frame, this.#subprotocol)
    if (this.#small.length === 0) {
      this.#small = []
      whenDue(this.#gate, leaveWhenDue, this)
    }
    this.#small.push(frame)
    this.#smallBytes += bytes
    return bytes
  }

  /** What is kept goes to the socket, ahead of what is written there next. */
  leave(): void {
    const messages = this.#takeSmall()
    if (messages !== undefined) this.#segments.write(messages)
  }

  /** The gate has been released: nothing is to wait any longer. */
  leaveNow(): void {
    const messages = this.#takeSmall()
    if (messages !== undefined) this.#socket.write(messages)
  }

  /** As messages, in one piece. `ws` may have ended the socket meanwhile, as the peer has: then nobody is answered. */
  #takeSmall(): Buffer | undefined {
    if (this.#small.length === 0) return undefined
    const messages = this.#socket.writableEnded
      ? undefined
      : joinedMessages(this.#small, this.#subprotocol, this.#smallBytes)
    this.#small = NONE
    this.#smallBytes = 0
    return messages
  }

  #writeNow(bytes: Buffer): number {
    this.leave()
    return this.#segments.write(bytes)
  }
}

function leaveWhenDue(writer: MessageWriter, gate: Gate): void {
  gate.release()
  writer.leaveNow()
}
