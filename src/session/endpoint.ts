import type { Clock } from '../application/ports/clock.ts'
import type { Log } from '../application/ports/log.ts'
import { decodeRequest, type Request } from '../protocol/client-codec.ts'
import type { Frame } from '../protocol/frame.ts'
import type { ServerMessage } from '../protocol/message-table.ts'
import { encodeServerMessage } from '../protocol/server-codec.ts'
import { heartbeatDue, type HeartbeatPeriods } from './heartbeat.ts'
import { presentRefusal, type WireRefusal } from './present-refusal.ts'
import type { Session } from './session.ts'
import type { Sink } from './sink.ts'

/** What happens to an endpoint goes here. */
export interface EndpointInputs {
  /** A promise while the request is being handled: the next one waits for it. */
  readonly request: (asker: Endpoint, request: Request) => Promise<void> | undefined
  readonly lost: (session: Session) => void
}

export interface EndpointContext {
  readonly inputs: EndpointInputs
  readonly clock: Clock
  readonly log: Log
  readonly heartbeat: HeartbeatPeriods
  /** How long a fresh connection may take to its first LOGIN or REGISTER. */
  readonly loginTimeoutMs: number
}

/** Our end of one connection, whatever carries it: takes frames in, puts messages out, keeps the deadlines. */
export class Endpoint {
  /** Names the connection in the log. */
  readonly id: number
  readonly #sink: Sink
  readonly #context: EndpointContext
  readonly #openedAt: number
  #session: Session | undefined
  #open = true
  #leaving = false
  #handling = false
  #introduced = false
  #heardAt: number
  #sentAt: number
  #sendsHeartbeats = false
  #ownHeartbeat: number | undefined

  constructor(id: number, sink: Sink, context: EndpointContext) {
    this.id = id
    this.#sink = sink
    this.#context = context
    this.#openedAt = this.#heardAt = this.#sentAt = context.clock.monotonicMs()
  }

  get session(): Session | undefined {
    return this.#session
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** Nothing more will be asked: what is under way is answered, and begins nothing that would last. */
  get isLeaving(): boolean {
    return this.#leaving
  }

  leave(): void {
    this.#leaving = true
  }

  bind(session: Session | undefined): void {
    this.#session = session
    // A store that waits leaves time to go away between the last look and now.
    if (session !== undefined && !this.#open) this.#context.inputs.lost(session)
  }

  /** A promise while the frame is being handled; the next must wait for it. Never rejects. */
  receive(frame: Frame): Promise<void> | undefined {
    const { clock, inputs } = this.#context
    this.#heardAt = clock.monotonicMs()
    const decoded = decodeRequest(frame)
    if (!decoded.ok) {
      this.refuse(decoded.error, frame.type, decoded.error.requestId)
      return undefined
    }
    const request = decoded.value
    if (request.message.type === 'LOGIN_REQUEST' || request.message.type === 'REGISTER_REQUEST') {
      this.#introduced = true
    }
    try {
      const handling = inputs.request(this, request)
      return handling === undefined ? undefined : this.#handled(handling, frame.type, request.requestId)
    } catch (error) {
      this.#broken(error, frame.type, request.requestId)
      return undefined
    }
  }

  /** A client is not silent while it waits for us. */
  async #handled(handling: Promise<void>, type: number, requestId: string | undefined): Promise<void> {
    this.#handling = true
    try {
      await handling
    } catch (error) {
      this.#broken(error, type, requestId)
    }
    this.#handling = false
    this.#heardAt = this.#context.clock.monotonicMs()
  }

  send(message: ServerMessage, requestId?: string): void {
    this.sendFrame(encodeServerMessage(message, requestId))
  }

  /** For a frame that several endpoints share. */
  sendFrame(frame: Buffer): void {
    if (!this.#open) return
    this.#sentAt = this.#context.clock.monotonicMs()
    this.#sink.write(frame)
  }

  refuse(refusal: WireRefusal, inReplyTo: number, requestId: string | undefined): void {
    this.#context.log.debug({ conn: this.id, in_reply_to: inReplyTo, reason: refusal.reason }, 'refused')
    for (const message of presentRefusal(refusal, inReplyTo)) this.send(message, requestId)
  }

  /** Answers a HEARTBEAT, unless it answers ours: two who answer each other would never stop. */
  heartbeat(timestamp: number, requestId: string | undefined): void {
    if (timestamp === this.#ownHeartbeat) {
      this.#ownHeartbeat = undefined
      return
    }
    this.#sendsHeartbeats = true
    this.send({ type: 'HEARTBEAT', payload: { timestamp } }, requestId)
  }

  /** Keeps the deadlines; `now` in monotonic milliseconds. */
  tick(now: number): void {
    if (this.#handling) return
    const { loginTimeoutMs, heartbeat, clock } = this.#context
    if (!this.#introduced && now - this.#openedAt >= loginTimeoutMs) {
      this.fail({ reason: 'login_timeout' })
      return
    }
    const liveness = { sendsHeartbeats: this.#sendsHeartbeats, heardAt: this.#heardAt, sentAt: this.#sentAt }
    const due = heartbeatDue(liveness, now, heartbeat)
    if (due === 'end') this.fail({ reason: 'session_timeout' })
    if (due === 'send') {
      this.#ownHeartbeat = clock.wallMs()
      this.send({ type: 'HEARTBEAT', payload: { timestamp: this.#ownHeartbeat } })
    }
  }

  /** The last word: tells the client why and ends the connection. */
  fail(refusal: WireRefusal): void {
    if (!this.#open) return
    this.#context.log.info({ conn: this.id, reason: refusal.reason }, 'connection ended by the server')
    for (const message of presentRefusal(refusal)) this.send(message)
    this.#sink.end()
    this.lost()
  }

  /** The connection is gone. */
  lost(): void {
    if (!this.#open) return
    this.#open = false
    if (this.#session !== undefined) this.#context.inputs.lost(this.#session)
  }

  #broken(error: unknown, inReplyTo: number, requestId: string | undefined): void {
    this.#context.log.error(
      { conn: this.id, in_reply_to: inReplyTo, err: error },
      'fault while handling a message',
    )
    this.refuse({ reason: 'internal' }, inReplyTo, requestId)
  }
}
