import type { Connection } from '../connection/connection.ts'
import type { MessageIntake } from './message-intake.ts'
import type { MessageWriter } from './message-writer.ts'
import type { Listener } from './ordered-web-socket.ts'

/** Passes on what `ws` has read. */
export class MessageListener implements Listener {
  readonly #connection: Connection
  readonly #intake: MessageIntake
  readonly #writer: MessageWriter

  constructor(connection: Connection, intake: MessageIntake, writer: MessageWriter) {
    this.#connection = connection
    this.#intake = intake
    this.#writer = writer
  }

  message(data: Buffer, isBinary: boolean): void {
    if (!this.#connection.hears()) return
    this.#intake.add(data, isBinary)
    this.#connection.proceed()
  }

  ping(payload: Buffer): void {
    if (this.#connection.takeSign()) this.#writer.pong(payload)
  }

  pong(): void {
    this.#connection.takeSign()
  }

  /** Not what RFC 6455 allows. `ws` has said so in a close frame. */
  error(cause: Error): void {
    this.#connection.isNoMore(cause)
  }
}
