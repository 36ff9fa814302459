import { WebSocket } from 'ws'

/** What waits for the end of the tick, to leave in one piece. */
interface Ahead {
  leave(): void
}

/** `ws` answers a close frame by itself: what has been written before goes ahead of its answer. */
export class OrderedWebSocket extends WebSocket {
  ahead: Ahead | undefined

  override close(code?: number, reason?: string | Buffer): void {
    this.ahead?.leave()
    super.close(code, reason)
  }
}
