import type { Socket } from 'node:net'
import type { Request } from '../../protocol/codec/decode-request.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import { errorReasons } from '../../protocol/error-reasons.ts'
import { FrameDecoder } from '../../protocol/framing/frame-decoder.ts'
import { type Frame, MAX_FRAME_LENGTH } from '../../protocol/framing/frame.ts'
import type { ServerMessage } from '../../protocol/message-table.ts'
import { ProtocolError } from '../../protocol/framing/protocol-error.ts'
import { decodeServerMessage } from '../../protocol/codec/decode-server-message.ts'
import { ClientError } from '../client-error.ts'

export interface Arrival {
  readonly message: ServerMessage
  /** Of a direct answer. */
  readonly requestId: string | undefined
}

interface Receiver {
  readonly arrived: (arrival: Arrival) => void
  /** May be told more than once: the first reason is the one. */
  readonly ended: (reason: ClientError) => void
}

/** The reasons of an ERROR after which the server closes. */
const lastWords = new Set<string>(
  Object.entries(errorReasons).flatMap(([reason, { closes }]) => (closes ? [reason] : [])),
)

/** A socket as a place for messages: requests in, what the server sends out. */
export class MessageSocket {
  readonly #socket: Socket
  readonly #receiver: Receiver
  readonly #decoder = new FrameDecoder(MAX_FRAME_LENGTH)
  #lastWord: string | undefined

  constructor(socket: Socket, receiver: Receiver) {
    this.#socket = socket
    this.#receiver = receiver
    socket.on('data', (chunk) => {
      this.#take(chunk)
    })
    socket.on('error', (error) => {
      receiver.ended(new ClientError('closed', `the connection broke: ${error.message}`, { cause: error }))
    })
    socket.on('close', () => {
      const why = this.#lastWord === undefined ? '' : `: ${this.#lastWord}`
      receiver.ended(new ClientError('closed', `the server closed the connection${why}`))
    })
  }

  /** False when the connection has ended. */
  send(request: Request): boolean {
    const frame = encodeMessage(request.message, { requestId: request.requestId })
    if (this.#socket.writable) this.#socket.write(frame)
    return this.#socket.writable
  }

  /** Sends what is still to be sent, waits for the server to close as well, and cuts the connection if it does not. */
  async close(timeoutMs: number): Promise<void> {
    if (this.#socket.closed) return
    const deadline = setTimeout(() => this.#socket.destroy(), timeoutMs)
    await new Promise((resolve) => {
      this.#socket.once('close', resolve)
      this.#socket.end()
    })
    clearTimeout(deadline)
  }

  /** Nothing more arrives and nothing more is sent. */
  destroy(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#decoder.push(chunk)
    try {
      for (let frame = this.#next(); frame !== undefined; frame = this.#next()) this.#receive(frame)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#giveUp(error.message)
    }
  }

  #next(): Frame | undefined {
    return this.#socket.destroyed ? undefined : this.#decoder.next()
  }

  #receive(frame: Frame): void {
    const decoded = decodeServerMessage(frame)
    if (!decoded.ok) {
      this.#giveUp(decoded.error)
      return
    }
    // A type that is newer than this client.
    if (decoded.value === undefined) return
    const { message } = decoded.value
    if (message.type === 'ERROR' && lastWords.has(message.payload.reason)) {
      this.#lastWord = message.payload.message
    }
    this.#receiver.arrived(decoded.value)
  }

  #giveUp(fault: string): void {
    this.#receiver.ended(new ClientError('not_understood', `the server sent what cannot be read: ${fault}`))
    this.#socket.destroy()
  }
}
