import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'

type Payload = Readonly<Record<string, unknown>>

/** A client of Socket.IO, which keeps what it gets until somebody asks. */
export class SocketIoPerson {
  readonly socket: Socket
  readonly #inbox: { readonly event: string; readonly payload: Payload }[] = []
  readonly #waiting: (() => void)[] = []

  constructor(url: string, options: Partial<ManagerOptions & SocketOptions>) {
    this.socket = io(url, { forceNew: true, reconnection: false, ...options })
    this.socket.onAny((event: string, payload: unknown) => {
      this.#keep(event, anObject(payload))
    })
    this.socket.on('disconnect', (reason) => {
      this.#keep('disconnect', { reason })
    })
    this.socket.on('connect_error', (error) => {
      this.#keep('connect_error', {
        message: error.message,
        ...('data' in error ? anObject(error.data) : {}),
      })
    })
  }

  say(event: string, payload?: unknown): void {
    this.socket.emit(event, payload)
  }

  /** The next of that event, leaving others where they are; rejects once the connection has ended. */
  async next(event: string): Promise<Payload> {
    for (;;) {
      const at = this.#inbox.findIndex((kept) => kept.event === event)
      const [found] = at < 0 ? [] : this.#inbox.splice(at, 1)
      if (found !== undefined) return found.payload
      if (this.#inbox.some((kept) => kept.event === 'disconnect'))
        throw new Error(`ended before ${event}; has ${this.kept.join(', ')}`)
      await new Promise<void>((wake) => this.#waiting.push(wake))
    }
  }

  /** The events that nobody has asked for yet. */
  get kept(): readonly string[] {
    return this.#inbox.map(({ event }) => event)
  }

  close(): void {
    this.socket.disconnect()
  }

  #keep(event: string, payload: Payload): void {
    this.#inbox.push({ event, payload })
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

function anObject(value: unknown): Payload {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
