import type { ClientMessage } from '../wire/client-messages.ts'
import { ofCalls } from '../wire/codes.ts'
import type { Message } from '../wire/message.ts'
import type { ServerMessage, ServerPayloads } from '../wire/server-messages.ts'
import { SentLog } from './sent-log.ts'

interface Session {
  readonly token: string
  /** The one before, in case the server has gone back to it: it counts until the server has heard from us again. */
  readonly earlier: string | undefined
  /** The highest `seq` that was handled. */
  readonly handled: number
}

/** What outlives a connection: the session, if it can be resumed, and the messages that may have to be sent again. */
export class Continuity {
  #sent = new SentLog()
  #session: Session | undefined
  /** Messages of calls, either way, since the server was last told what it may forget. */
  #unacknowledged = 0

  get canResume(): boolean {
    return this.#session !== undefined
  }

  get sent(): Pick<SentLog, 'position' | 'size'> {
    return this.#sent
  }

  get unacknowledged(): number {
    return this.#unacknowledged
  }

  /** After a login. A second login of the same user goes on with the session, under another token (AUTH-8). */
  begin(token: string, goesOn: boolean): void {
    if (goesOn && this.#session !== undefined) {
      this.#session = { ...this.#session, token, earlier: undefined }
      return
    }
    this.end()
    this.#session = { token, earlier: undefined, handled: 0 }
  }

  end(): void {
    this.#session = undefined
    this.#sent = new SentLog()
    this.#unacknowledged = 0
  }

  /** To be called for each message that is sent, in order. */
  keep(message: Message): void {
    if (this.#session === undefined || !ofCalls.includes(message.type)) return
    this.#sent.add(message)
    this.#unacknowledged += 1
  }

  /** All that was sent before the position has arrived. */
  arrived(position: number): void {
    this.#sent.arrived(position)
  }

  /** Counts the message as handled. False if it was before. */
  admit({ payload }: ServerMessage): boolean {
    const seq = 'seq' in payload ? payload.seq : undefined
    if (seq === undefined || this.#session === undefined) return true
    if (seq <= this.#session.handled) return false
    this.#session = { ...this.#session, handled: seq }
    this.#unacknowledged += 1
    return true
  }

  get hasEarlier(): boolean {
    return this.#session?.earlier !== undefined
  }

  /** RESUME, by the token before the last one if told so. Undefined where there is nothing to resume. */
  request(earlier = false): ClientMessage | undefined {
    if (this.#session === undefined) return undefined
    const { token, handled: last_seq } = this.#session
    const session_token = earlier ? (this.#session.earlier ?? token) : token
    return { type: 'RESUME', payload: { session_token, last_seq } }
  }

  /** Whether all that the server has not received is kept. */
  canGoOn(received: number): boolean {
    return this.#session !== undefined && this.#sent.since(received) !== undefined
  }

  /** The session goes on: gives what is to be sent again, in order. */
  resumed({ session_token, received }: ServerPayloads['RESUMED']): readonly Message[] {
    if (this.#session === undefined) return []
    this.#session = { ...this.#session, token: session_token, earlier: this.#session.token }
    const missing = this.#sent.since(received) ?? []
    this.#sent.arrived(received)
    return missing
  }

  /** What HEARTBEAT says of it. */
  acknowledgement(): { readonly ack?: number } {
    this.#unacknowledged = 0
    return this.#session === undefined ? {} : { ack: this.#session.handled }
  }
}
