import { type ClientMessage, messageTable, type ServerMessage } from '../protocol/message-table.ts'
import { belongsToCall } from '../protocol/sequenced.ts'
import type { Agreement } from './agreement.ts'
import type { Pushed } from './pushed.ts'
import { SentLog } from './sent-log.ts'

interface Session {
  readonly token: string
  /** Where in the log it began: the server counts from there. */
  readonly start: number
  /** The highest `seq` that was handled. */
  readonly handled: number
}

/** What outlives a connection on which `resume` was agreed: the session, and the messages that may have to be repeated. */
export class Continuity {
  agreement: Agreement
  readonly #sent = new SentLog()
  /** From login to logout. */
  #session: Session | undefined
  #sinceHeartbeat = 0

  constructor(agreement: Agreement) {
    this.agreement = agreement
  }

  get hasSession(): boolean {
    return this.#session !== undefined
  }

  /** How many messages of calls were sent. */
  get position(): number {
    return this.#sent.position
  }

  /** So many messages have passed that each end should learn what it may forget. */
  get heartbeatDue(): boolean {
    return this.hasSession && this.#sinceHeartbeat >= this.agreement.heartbeatAfter
  }

  /** A second login of the same user goes on with the session and gives a new token (AUTH-8). */
  begin(token: string, start: number): void {
    this.#session = { start, handled: 0, ...this.#session, token }
  }

  end(): void {
    this.#session = undefined
  }

  keep(message: ClientMessage): void {
    if (!belongsToCall(messageTable[message.type].code)) return
    this.#sent.add(message)
    this.#sinceHeartbeat += 1
  }

  /** All that was sent before the position has arrived. */
  arrived(position: number): void {
    this.#sent.forget(position)
  }

  /** Counts the message as handled. False if it was before: the server repeats what was not acknowledged. */
  admit(message: ServerMessage): boolean {
    // After these last words the session is another's (SESS-1, RESUME-9).
    if (message.type === 'ERROR' && takenOver.has(message.payload.reason)) this.end()
    const seq = 'seq' in message.payload ? message.payload.seq : undefined
    if (seq === undefined || this.#session === undefined) return true
    if (seq <= this.#session.handled) return false
    this.#session = { ...this.#session, handled: seq }
    this.#sinceHeartbeat += 1
    return true
  }

  /** RESUME; undefined where there is no session. */
  request(): ClientMessage | undefined {
    if (this.#session === undefined) return undefined
    const { token: session_token, handled: last_seq } = this.#session
    return { type: 'RESUME', payload: { session_token, last_seq } }
  }

  /** The session goes on: what is to be sent again, or undefined if some of it is not kept any more. */
  goOn({ session_token, received }: Pushed<'RESUMED'>['payload']): readonly ClientMessage[] | undefined {
    if (this.#session === undefined) return undefined
    const arrived = this.#session.start + received
    const missing = this.#sent.since(arrived)
    this.#sent.forget(arrived)
    this.#session = { ...this.#session, token: session_token }
    return missing
  }

  heartbeat(): ClientMessage {
    this.#sinceHeartbeat = 0
    const ack = this.#session === undefined ? {} : { ack: this.#session.handled }
    return { type: 'HEARTBEAT', payload: { timestamp: performance.now(), ...ack } }
  }
}

const takenOver: ReadonlySet<string> = new Set([
  'session_replaced',
  'session_resumed',
  'session_ended_by_administrator',
  'account_changed',
])
