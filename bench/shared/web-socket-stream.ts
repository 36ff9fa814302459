import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { type ClientOptions, WebSocket } from 'ws'
import { T } from './wire.ts'

export type Subprotocol = 'roomrtc.json' | 'roomrtc.binary'

const LENGTH_BYTES = 4
const NAMES = new Map<number, string>(Object.entries(T).map(([name, code]) => [code, name]))
const CODES = new Map<string, number>(Object.entries(T))

/** Frames as over TCP in and out, and between them a WebSocket: so whoever speaks frames speaks both subprotocols. */
export class WebSocketStream extends Duplex {
  readonly webSocket: WebSocket
  readonly #subprotocol: Subprotocol
  #rest: Buffer = Buffer.alloc(0)
  /** Once it is closed. */
  closeCode: number | undefined
  closeReason: string | undefined

  constructor(webSocket: WebSocket, subprotocol: Subprotocol) {
    super()
    this.webSocket = webSocket
    this.#subprotocol = subprotocol
    webSocket.on('message', (data: Buffer, isBinary: boolean) => {
      try {
        this.push(subprotocol === 'roomrtc.json' ? fromText(data, isBinary) : fromBinary(data, isBinary))
      } catch (error) {
        this.destroy(error instanceof Error ? error : new Error(String(error)))
      }
    })
    webSocket.on('error', () => undefined)
    webSocket.on('close', (code, reason) => {
      this.closeCode = code
      this.closeReason = reason.toString()
      this.push(null)
      this.destroy()
    })
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
    for (const message of messages)
      this.webSocket.send(message, () => {
        left -= 1
        if (left === 0) done()
      })
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

/** A frame whose payload is a JSON object as the text of the message. */
function toText(frame: Buffer): string {
  const name = NAMES.get(frame.readUInt8(0))
  if (name === undefined) throw new Error(`no name for type ${frame.readUInt8(0)}`)
  const rest = frame.toString('utf8', 2)
  return rest === '' || rest === '}' ? `{"type":"${name}"}` : `{"type":"${name}",${rest}`
}

/** The server writes the type first, and the payload as it is in a frame. */
function fromText(message: Buffer, isBinary: boolean): Buffer {
  if (isBinary) throw new Error('a binary message in roomrtc.json')
  const [, name = '', rest = ''] = /^\{"type":"([A-Z_]+)"(?:,|(?=\}))(.*)$/s.exec(message.toString()) ?? []
  const code = CODES.get(name)
  if (code === undefined) throw new Error(`not a message: ${message.toString().slice(0, 100)}`)
  return withLength(Buffer.concat([Buffer.from([code]), Buffer.from(`{${rest}`)]))
}

function fromBinary(message: Buffer, isBinary: boolean): Buffer {
  if (!isBinary) throw new Error('a text in roomrtc.binary')
  return withLength(message)
}

function withLength(frame: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(frame.length, 0)
  return Buffer.concat([length, frame])
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
