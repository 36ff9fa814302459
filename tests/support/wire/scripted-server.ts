import { EventEmitter, once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { decodeRequest, type Request } from '../../../src/protocol/codec/decode-request.ts'
import { FrameDecoder } from '../../../src/protocol/framing/frame-decoder.ts'
import { MAX_FRAME_LENGTH } from '../../../src/protocol/framing/frame.ts'
import type { ClientMessage } from '../../../src/protocol/message-table.ts'
import { frame } from './wire.ts'

/** The server's end of one connection, which says what the test has it say. */
export class ScriptedPeer {
  readonly socket: Socket
  readonly #decoder = new FrameDecoder(MAX_FRAME_LENGTH)
  readonly #news = new EventEmitter()

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      this.#decoder.push(chunk)
      this.#news.emit('bytes')
    })
  }

  /** The next request, whatever it is. */
  async request(): Promise<Request> {
    for (;;) {
      const whole = this.#decoder.next()
      if (whole !== undefined) {
        const decoded = decodeRequest(whole)
        if (decoded.ok) return decoded.value
        throw new Error(decoded.error.detail)
      }
      await once(this.#news, 'bytes')
    }
  }

  /** The next request, which is to be of that type. */
  async expect<Name extends ClientMessage['type']>(
    type: Name,
  ): Promise<Extract<ClientMessage, { type: Name }>> {
    const { message } = await this.request()
    if (isOfType(message, type)) return message
    throw new Error(`${type} was expected, not ${message.type}`)
  }

  /** Answers the next request, and says the rest in the same breath. */
  async answer(type: number, payload: object, ...rest: readonly Buffer[]): Promise<ClientMessage> {
    const { message, requestId } = await this.request()
    this.socket.write(Buffer.concat([frame(type, { ...payload, request_id: requestId }), ...rest]))
    return message
  }

  push(type: number, payload: object): void {
    this.socket.write(frame(type, payload))
  }
}

export interface ScriptedServer {
  readonly port: number
  /** The next connection. */
  accept(): Promise<ScriptedPeer>
  close(): Promise<void>
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const server = createServer()
  const accepted: ScriptedPeer[] = []
  const sockets: Socket[] = []
  server.on('connection', (socket) => {
    sockets.push(socket)
    accepted.push(new ScriptedPeer(socket))
    server.emit('accepted')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server),
    async accept() {
      while (accepted.length === 0) await once(server, 'accepted')
      const [peer] = accepted.splice(0, 1)
      if (peer === undefined) throw new Error('somebody was to connect')
      return peer
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

function isOfType<Name extends ClientMessage['type']>(
  message: ClientMessage,
  type: Name,
): message is Extract<ClientMessage, { type: Name }> {
  return message.type === type
}
