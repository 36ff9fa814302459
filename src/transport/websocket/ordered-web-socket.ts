import { WebSocket } from 'ws'

/** What waits for the end of the tick, to leave in one piece. */
interface Ahead {
  leave(): void
}

/** Told of what has come. */
export interface Listener {
  message(data: Buffer, isBinary: boolean): void
  ping(payload: Buffer): void
  pong(): void
  error(cause: Error): void
}

/**
 * `ws` answers a close frame by itself: what has been written before goes ahead of its answer. And it tells by events, for
 * which Node keeps a table with each WebSocket, half a KiB with the functions in it: one listener is all that is needed.
 */
export class OrderedWebSocket extends WebSocket {
  ahead: Ahead | undefined
  listener: Listener | undefined

  override close(code?: number, reason?: string | Buffer): void {
    this.ahead?.leave()
    super.close(code, reason)
  }

  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { listener } = this
    if (listener === undefined) return super.emit(event, first, second)
    if (event === 'message' && Buffer.isBuffer(first)) listener.message(first, second === true)
    else if (event === 'ping' && Buffer.isBuffer(first)) listener.ping(first)
    else if (event === 'pong') listener.pong()
    else if (event === 'error' && first instanceof Error) listener.error(first)
    else return super.emit(event, first, second)
    return true
  }
}
