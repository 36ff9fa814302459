import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'

type Event = Readonly<Record<string, unknown>>

interface Closed {
  readonly code: number
  readonly reason: string
}

/** A client that knows rooms and nothing else: JSON texts over a WebSocket. */
export class EventClient {
  readonly webSocket: WebSocket
  /** How the server has closed it. */
  readonly closed: Promise<Closed>
  readonly #inbox: Event[] = []
  readonly #waiting: (() => void)[] = []
  #isClosed = false

  constructor(url: string, options: ClientOptions = {}) {
    this.webSocket = new WebSocket(url, { perMessageDeflate: false, ...options })
    this.webSocket.on('message', (data: Buffer) => {
      this.#inbox.push({ ...JSON.parse(data.toString()) })
      this.#wake()
    })
    this.webSocket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      this.webSocket.on('close', (code, reason) => {
        this.#isClosed = true
        this.#wake()
        resolve({ code, reason: reason.toString() })
      })
    })
  }

  send(event: object | string | Buffer): void {
    const isRaw = typeof event === 'string' || Buffer.isBuffer(event)
    this.webSocket.send(isRaw ? event : JSON.stringify(event))
  }

  /** The next event, whatever it is. */
  async next(): Promise<Event> {
    for (;;) {
      const event = this.#inbox.shift()
      if (event !== undefined) return event
      if (this.#isClosed) throw new Error('closed before an event')
      await new Promise<void>((wake) => this.#waiting.push(wake))
    }
  }

  /** All that came before the answer to a ping sent now. */
  async drain(): Promise<Event[]> {
    this.send({ type: 'ping' })
    const events: Event[] = []
    for (let event = await this.next(); event['type'] !== 'pong'; event = await this.next())
      events.push(event)
    return events
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    const closed = once(this.webSocket, 'close')
    this.webSocket.terminate()
    await closed
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
