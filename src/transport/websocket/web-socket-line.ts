import type { WebSocket } from 'ws'
import type { Transport } from '../../session/conversation/sink.ts'
import type { Line } from '../connection/line.ts'
import type { MessageIntake } from './message-intake.ts'
import type { MessageWriter } from './message-writer.ts'
import type { Subprotocol } from './subprotocol.ts'

/** Messages of a WebSocket. */
export class WebSocketLine implements Line {
  readonly intake: MessageIntake
  readonly writer: MessageWriter
  readonly #webSocket: WebSocket
  readonly #subprotocol: Subprotocol

  constructor(webSocket: WebSocket, subprotocol: Subprotocol, intake: MessageIntake, writer: MessageWriter) {
    this.#webSocket = webSocket
    this.#subprotocol = subprotocol
    this.intake = intake
    this.writer = writer
  }

  get transport(): Transport {
    return this.#subprotocol.transport
  }

  /** `ws` answers a close frame at once, and the peer then closes the socket. */
  get isHeardOut(): boolean {
    return true
  }

  get hasPings(): boolean {
    return true
  }

  ping(): number {
    return this.writer.ping()
  }

  pause(): void {
    this.#webSocket.pause()
  }

  resume(): void {
    this.#webSocket.resume()
  }
}
