import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { encodeMessage } from '../src/protocol/encode-message.ts'
import { FrameDecoder } from '../src/protocol/frame-decoder.ts'
import { type Frame, MAX_FRAME_LENGTH } from '../src/protocol/frame.ts'
import { type ClientMessage, messageTable, type ServerMessage } from '../src/protocol/message-table.ts'

/** A client that looks at the types of frames and parses none but those that it is asked for: many fit one process. */
export class LeanClient {
  readonly #socket: Socket
  readonly #decoder = new FrameDecoder(MAX_FRAME_LENGTH)
  #wanted: { readonly code: number; readonly take: (frame: Frame) => void } | undefined
  #lost: ((error: Error) => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#decoder.push(chunk)
      for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
        if (frame.type === this.#wanted?.code) this.#wanted.take(frame)
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => this.#lost?.(new Error('the server closed the connection')))
  }

  static async connect(port: number): Promise<LeanClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new LeanClient(socket)
  }

  send(...messages: readonly ClientMessage[]): void {
    this.#socket.write(Buffer.concat(messages.map((message) => encodeMessage(message))))
  }

  /** The payload of the next message of the type; whatever else comes is passed over. */
  next(type: ServerMessage['type']): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#lost = reject
      this.#wanted = {
        code: messageTable[type].code,
        take: ({ payload }) => {
          this.#wanted = undefined
          resolve(JSON.parse(Buffer.from(payload).toString('utf8')))
        },
      }
    })
  }

  /** Without a word, as a network does. */
  cut(): void {
    this.#lost = undefined
    this.#socket.resetAndDestroy()
  }
}
