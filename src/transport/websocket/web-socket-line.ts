import type { WebSocket } from 'ws'
import type { Transport } from '../../session/conversation/sink.ts'
import type { FrameWriter } from '../connection/frame-writer.ts'
import type { Intake, Line } from '../connection/line.ts'
import type { MessageWriter } from './message-writer.ts'
import type { Subprotocol } from './subprotocol.ts'

interface Ends {
  readonly messages: MessageWriter
  readonly intake: Intake
  readonly writer: FrameWriter
}

/** Messages of a WebSocket. */
export class WebSocketLine implements Line {
  readonly intake: Intake
  readonly writer: FrameWriter
  readonly #messages: MessageWriter
  readonly #webSocket: WebSocket
  readonly #subprotocol: Subprotocol

  constructor(webSocket: WebSocket, subprotocol: Subprotocol, ends: Ends) {
    this.#webSocket = webSocket
    this.#subprotocol = subprotocol
    this.#messages = ends.messages
    this.intake = ends.intake
    this.writer = ends.writer
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
    return this.#messages.ping()
  }

  pause(): void {
    this.#webSocket.pause()
  }

  resume(): void {
    this.#webSocket.resume()
  }
}
