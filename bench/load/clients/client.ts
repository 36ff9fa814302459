import { once } from 'node:events'
import { connect as connectTcp, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { frameReader, type OnFrame } from '../../shared/frame-reader.ts'
import { HttpStream, type Listening } from './http-stream.ts'
import { openWebSocketStream, type Subprotocol, WebSocketStream } from '../../shared/web-socket-stream.ts'
import { frame, HEADER_BYTES, T } from '../../shared/wire.ts'

export interface Address {
  readonly port: number
  readonly tls: boolean
  /** Over a WebSocket that speaks it. */
  readonly subprotocol?: Subprotocol | Listening | undefined
}

interface Watch {
  readonly type: number
  readonly onFrame: OnFrame
  readonly afterChunk: () => void
}

/** A v1 client that parses only what somebody waits for: thousands of them fit one process. */
export class Client {
  readonly #socket: Duplex
  readonly #waiting = new Map<number, (text: string) => void>()
  #watch: Watch | undefined
  #leaving = false

  private constructor(socket: Duplex) {
    this.#socket = socket
    const read = frameReader((type, bytes, start, end) => {
      if (type === this.#watch?.type) this.#watch.onFrame(type, bytes, start, end)
      else this.#take(type, bytes, start, end)
    })
    socket.on('data', (chunk: Buffer) => {
      read(chunk)
      this.#watch?.afterChunk()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (!this.#leaving) throw new Error('the server has closed a connection')
    })
  }

  static async connect({ port, tls, subprotocol }: Address): Promise<Client> {
    if (subprotocol === 'stream' || subprotocol === 'poll')
      return new Client(new HttpStream(port, subprotocol))
    if (subprotocol !== undefined)
      return new Client(await openWebSocketStream(`ws://127.0.0.1:${port}/ws`, subprotocol))
    const to = { port, host: '127.0.0.1' }
    const socket = tls ? connectTls({ ...to, rejectUnauthorized: false }) : connectTcp(to)
    socket.setNoDelay(true)
    await once(socket, tls ? 'secureConnect' : 'connect')
    return new Client(socket)
  }

  send(type: number, payload: object): void {
    this.#socket.write(frame(type, payload))
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** The payload of the next message of the type. */
  next(type: number): Promise<unknown> {
    return new Promise((resolve) => {
      this.#waiting.set(type, (text) => {
        resolve(JSON.parse(text))
      })
    })
  }

  /** What it speaks through, where that is a WebSocket. */
  get webSocket(): WebSocketStream | undefined {
    return this.#socket instanceof WebSocketStream ? this.#socket : undefined
  }

  /** All frames of the type go there, unparsed, and after each chunk of bytes the second function is called. */
  watch(type: number, onFrame: OnFrame, afterChunk: () => void = () => undefined): void {
    this.#watch = { type, onFrame, afterChunk }
  }

  /** From now on its connection may end. */
  expectCut(): void {
    this.#leaving = true
  }

  /** Without a word, as a network does. */
  cut(): void {
    this.#leaving = true
    if (this.#socket instanceof Socket) this.#socket.resetAndDestroy()
    else this.#socket.destroy()
  }

  #take(type: number, bytes: Buffer, start: number, end: number): void {
    const waiting = this.#waiting.get(type)
    if (waiting === undefined && type !== T.ERROR) return
    const text = bytes.toString('utf8', start + HEADER_BYTES, end)
    if (waiting === undefined) throw new Error(`the server refused: ${text}`)
    this.#waiting.delete(type)
    waiting(text)
  }
}
