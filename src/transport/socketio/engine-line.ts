import type { Socket as NetSocket } from 'node:net'
import type { Socket } from 'socket.io'
import { Backlog } from '../connection/backlog.ts'

/** What carries a client: long polls, or a WebSocket. */
export type EngineConnection = Socket['conn']

/** How much waits for a client that does not read, and how its connection ends. */
export class EngineLine {
  readonly #connection: EngineConnection
  /** The socket of its WebSocket. */
  #socket: NetSocket | undefined
  /** Not handed to the transport yet. */
  #waiting = 0
  /** Handed to the transport with the last batch, which is gone when the transport is ready for another. */
  #inFlight = 0
  #added = 0
  #backlog: Backlog | undefined

  constructor(connection: EngineConnection) {
    this.#connection = connection
    connection.on('flush', () => {
      this.#inFlight = this.#waiting
      this.#waiting = 0
    })
  }

  carriedBy(socket: NetSocket): void {
    this.#socket = socket
  }

  /** So many bytes are about to be written. */
  adding(bytes: number): void {
    this.#waiting += bytes
    this.#added += bytes
  }

  get heldBytes(): number {
    return this.#waiting + (this.#connection.transport.writable ? 0 : this.#inFlight)
  }

  /** How long the client has not read. `now` in monotonic milliseconds. */
  waitedMs(now: number): number {
    const { heldBytes } = this
    if (heldBytes === 0) {
      this.#backlog = undefined
      return 0
    }
    this.#backlog ??= new Backlog(this.#added, now)
    return this.#backlog.waitedMs(this.#added, heldBytes, now)
  }

  /** Ends it once all is on its way; a client that does not read is not waited for longer than that. */
  end(lingerTimeoutMs: number): void {
    // Not at once: the request that has led to this is to be answered first.
    const leave = (): void => {
      setImmediate(() => {
        this.#connection.close(true)
      })
    }
    if (this.#waiting === 0) {
      leave()
      return
    }
    const deadline = setTimeout(() => {
      this.destroy()
    }, lingerTimeoutMs)
    this.#connection.once('close', () => {
      clearTimeout(deadline)
    })
    this.#connection.once('flush', leave)
  }

  destroy(): void {
    this.#connection.close(true)
    this.#socket?.destroy()
  }
}
