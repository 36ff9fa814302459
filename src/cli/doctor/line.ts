import { decodeServerMessage } from '../../protocol/codec/decode-server-message.ts'
import { encodeMessage } from '../../protocol/codec/encode-message.ts'
import { FrameDecoder } from '../../protocol/framing/frame-decoder.ts'
import { MAX_FRAME_LENGTH } from '../../protocol/framing/frame.ts'
import { ProtocolError } from '../../protocol/framing/protocol-error.ts'
import type { ClientMessage, ServerMessage } from '../../protocol/message-table.ts'
import { within } from './within.ts'

/** The server has refused, by an ERROR. */
export class Refused extends Error {
  readonly reason: string

  constructor(reason: string, message: string) {
    super(`the server says: ${message} (${reason})`)
    this.name = 'Refused'
    this.reason = reason
  }
}

/** What answers is no server of ours. */
export class Foreign extends Error {
  readonly speaks: string | undefined

  constructor(speaks: string | undefined, message: string) {
    super(message)
    this.name = 'Foreign'
    this.speaks = speaks
  }
}

/** What a client of this protocol sees of a connection, whatever carries it. */
export class Line {
  readonly #write: (frame: Buffer) => void
  readonly #close: () => void
  readonly #decoder = new FrameDecoder(MAX_FRAME_LENGTH)
  readonly #inbox: ServerMessage[] = []
  #fault: Error | undefined
  #wake: (() => void) | undefined

  constructor(write: (frame: Buffer) => void, close: () => void) {
    this.#write = write
    this.#close = close
  }

  /** Bytes have come: whole frames or parts of them. */
  receive(bytes: Buffer): void {
    try {
      this.#decoder.push(bytes)
      for (let frame = this.#decoder.next(); frame !== undefined; frame = this.#decoder.next()) {
        const read = decodeServerMessage(frame)
        if (!read.ok) this.lose(new Foreign(undefined, `the answer is none of this protocol: ${read.error}`))
        else if (read.value !== undefined) this.#inbox.push(read.value.message)
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const speaks = error.looksLike ?? (/^HTTP/.test(bytes.toString('latin1', 0, 4)) ? 'HTTP' : undefined)
      this.lose(new Foreign(speaks, `what answers speaks ${speaks ?? 'another protocol'}`))
    }
    this.#wake?.()
  }

  /** The connection is gone; the first cause counts. */
  lose(error: Error): void {
    this.#fault ??= error
    this.#wake?.()
  }

  send(message: ClientMessage): void {
    this.#write(encodeMessage(message))
  }

  /** The next message of these types; others are dropped. Rejects with `Refused` at an ERROR, and when it comes too late. */
  next<const Type extends ServerMessage['type']>(
    ms: number,
    ...types: readonly Type[]
  ): Promise<Extract<ServerMessage, { type: Type }>> {
    return within(ms, types.join(' or '), this.#next(types))
  }

  close(): void {
    this.#close()
  }

  async #next<Type extends ServerMessage['type']>(
    types: readonly Type[],
  ): Promise<Extract<ServerMessage, { type: Type }>> {
    for (;;) {
      for (let message = this.#inbox.shift(); message !== undefined; message = this.#inbox.shift()) {
        if (isOneOf(message, types)) return message
        if (message.type === 'ERROR') throw new Refused(message.payload.reason, message.payload.message)
      }
      if (this.#fault !== undefined) throw this.#fault
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

function isOneOf<Type extends ServerMessage['type']>(
  message: ServerMessage,
  types: readonly Type[],
): message is Extract<ServerMessage, { type: Type }> {
  return types.some((type) => type === message.type)
}
