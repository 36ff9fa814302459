import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type ClientOptions, WebSocket } from 'ws'
import { fromText, toText, withLength } from './named-frames.ts'

export type Subprotocol = 'roomrtc.json' | 'roomrtc.binary'

const LENGTH_BYTES = 4

/** Frames as over TCP in and out, and between them a WebSocket: so whoever speaks frames speaks both subprotocols. */
export class WebSocketStream extends Duplex {
  readonly webSocket: WebSocket
  readonly #subprotocol: Subprotocol
  #rest: Buffer = Buffer.alloc(0)
  #socket: Socket | undefined
  #onMessage: ((message: Buffer) => boolean) | undefined
  /** Once it is closed. */
  closeCode: number | undefined
  closeReason: string | undefined

  constructor(webSocket: WebSocket, subprotocol: Subprotocol) {
    super()
    this.webSocket = webSocket
    this.#subprotocol = subprotocol
    webSocket.on('message', (data: Buffer, isBinary: boolean) => {
      try {
        if (isBinary === this.#isBinary && this.#onMessage?.(data) === true) return
        this.push(subprotocol === 'roomrtc.json' ? textMessage(data, isBinary) : fromBinary(data, isBinary))
      } catch (error) {
        this.destroy(error instanceof Error ? error : new Error(String(error)))
      }
    })
    webSocket.on('upgrade', ({ socket }) => {
      this.#socket = socket
    })
    webSocket.on('error', () => undefined)
    webSocket.on('close', (code, reason) => {
      this.closeCode = code
      this.closeReason = reason.toString()
      this.push(null)
      this.destroy()
    })
  }

  get #isBinary(): boolean {
    return this.#subprotocol === 'roomrtc.binary'
  }

  /** What a frame as over TCP, with its length, is as a message. */
  messageOf(frame: Buffer): Buffer {
    const rest = frame.subarray(LENGTH_BYTES)
    return this.#isBinary ? rest : Buffer.from(toText(rest))
  }

  /** So many messages as they are, past the stream and what it costs: in one go. */
  sendMessages(count: number, next: () => Buffer): void {
    this.#socket?.cork()
    for (let i = 0; i < count; i++) this.webSocket.send(next(), { binary: this.#isBinary })
    this.#socket?.uncork()
  }

  /** Messages go there first; those for which it is false go on into the stream. */
  watchMessages(onMessage: (message: Buffer) => boolean): void {
    this.#onMessage = onMessage
  }

  override _read(): void {
    // All that comes is pushed at once.
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const messages: (string | Buffer)[] = []
    while (this.#rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.#rest.readUInt32BE(0)
      if (end > this.#rest.length) break
      const frame = this.#rest.subarray(LENGTH_BYTES, end)
      messages.push(this.#subprotocol === 'roomrtc.json' ? toText(frame) : Buffer.from(frame))
      this.#rest = this.#rest.subarray(end)
    }
    let left = messages.length
    if (left === 0) done()
    // In one go, as clients over TCP do: otherwise each message were a segment of its own.
    this.#socket?.cork()
    for (const message of messages)
      this.webSocket.send(message, () => {
        left -= 1
        if (left === 0) done()
      })
    this.#socket?.uncork()
  }

  override _final(done: () => void): void {
    this.webSocket.close(1000)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.webSocket.terminate()
    done(error)
  }
}

function textMessage(message: Buffer, isBinary: boolean): Buffer {
  if (isBinary) throw new Error('a binary message in roomrtc.json')
  return fromText(message.toString())
}

function fromBinary(message: Buffer, isBinary: boolean): Buffer {
  if (!isBinary) throw new Error('a text in roomrtc.binary')
  return withLength(message)
}

export async function openWebSocketStream(
  url: string,
  subprotocol: Subprotocol,
  options: ClientOptions = {},
): Promise<WebSocketStream> {
  const webSocket = new WebSocket(url, subprotocol, { perMessageDeflate: false, ...options })
  const stream = new WebSocketStream(webSocket, subprotocol)
  await once(webSocket, 'open')
  return stream
}
