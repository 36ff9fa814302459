import { err, ok, type Result } from '../../../domain/result.ts'
import { namedMessages, type NamedMessage, receivedFrame } from '../../../protocol/codec/named-message.ts'
import { messageTable } from '../../../protocol/message-table.ts'
import { Endpoint, type EndpointContext } from '../../../session/conversation/endpoint.ts'
import type { Sink } from '../../../session/conversation/sink.ts'
import type { Session } from '../../../session/session.ts'
import type { HttpRefusal } from '../answers.ts'
import type { Occupant } from '../../admission/places.ts'
import type { Reception } from '../../admission/reception.ts'
import { CallMemory } from './call-memory.ts'
import { lastWordIn } from './last-word.ts'
import { News } from './news.ts'
import { OWN_ID, withoutOwnId } from './own-id.ts'

export interface MailboxContext {
  readonly endpoint: EndpointContext
  readonly reception: Pick<Reception, 'trusted' | 'distrusted' | 'left'>
  /** What a client is told has been kept by then. */
  readonly gate: { release(): void }
  /** Undefined where all answers to the session have been given; else it resolves once they have. */
  readonly answersTo: (session: Session) => Promise<void> | undefined
}

type ClientType = 'HELLO' | 'LOGIN_REQUEST' | 'RESUME' | 'REGISTER_REQUEST'

/** What comes of one request. */
export interface Reply {
  readonly answers: readonly NamedMessage[]
  /** The answers, and all that bears a number and was written while the request was handled. */
  readonly written: readonly NamedMessage[]
}

/** Requests of one client that may wait for each other. */
const MAX_WAITING = 32

/**
 * A connection without a socket: the endpoint of a client that asks by HTTP. What answers a request is handed to whoever
 * asked; what belongs to a call waits in the session's outbox, the rest in the news.
 */
export class Mailbox implements Sink, Occupant {
  readonly address: string
  readonly transport = 'http'
  readonly isSilent = false
  readonly joinsFrames = true
  readonly copiesSmall = false
  readonly hasPings = false
  readonly calls = new CallMemory()
  readonly #context: MailboxContext
  readonly #endpoint: Endpoint
  readonly #news = new News()
  #written: NamedMessage[] | undefined
  #waiting = 0
  #writes = 0
  #last: Promise<unknown> = Promise.resolve()
  #wake: (() => void) | undefined
  #listener: symbol | undefined
  #heardAt: number
  #lastWord: HttpRefusal | undefined
  #isAnnounced = false
  #isOver = false

  constructor(id: number, address: string, context: MailboxContext) {
    this.address = address
    this.#context = context
    this.#heardAt = context.endpoint.clock.monotonicMs()
    this.#endpoint = new Endpoint(id, this, context.endpoint)
  }

  get session(): Session | undefined {
    return this.#endpoint.session
  }

  get isBusy(): boolean {
    return this.#waiting > 0
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** For how many milliseconds its client has neither asked nor listened. */
  idleMs(now: number): number {
    return this.isBusy || this.#wake !== undefined ? 0 : now - this.#heardAt
  }

  /** It has a session, so that it is one of the connections of which the log tells. */
  announce(): void {
    this.#isAnnounced = true
    const { log } = this.#context.endpoint
    log.info({ conn: this.#endpoint.id, remote: this.address, transport: 'http' }, 'connection opened')
  }

  /** Its client has asked something. */
  touch(): void {
    this.#heardAt = this.#context.endpoint.clock.monotonicMs()
  }

  /** Why it has ended, as the server said. */
  get lastWord(): HttpRefusal | undefined {
    return this.#lastWord
  }

  get hasNews(): boolean {
    return !this.#news.isEmpty
  }

  takeNews(): NamedMessage[] {
    this.#context.gate.release()
    return this.#news.take()
  }

  /** Handles one message after another; refused where too many wait already. */
  ask(code: number, payload: object): Promise<Result<Reply, HttpRefusal>> {
    if (this.#waiting >= MAX_WAITING) return Promise.resolve(err({ reason: 'too_many_at_once' }))
    this.#waiting += 1
    const reply = this.#last.then(() => this.#handle(code, payload))
    this.#last = reply.catch(() => undefined)
    return reply
  }

  /** Asks for the client what it would ask first over a connection; it never has too many waiting. */
  async introduce(type: ClientType, payload: object): Promise<readonly NamedMessage[]> {
    const reply = await this.ask(messageTable[type].code, payload)
    return reply.ok ? reply.value.answers : []
  }

  /** From now on somebody listens, and whoever did does not any more. Gives whether that still holds. */
  listen(): () => boolean {
    const own = Symbol('listener')
    this.#listener = own
    this.#wake?.()
    return () => this.#listener === own && !this.#isOver
  }

  /** Resolves when something has been written, or after so long, or when another listens or the client is gone. */
  changed(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#isOver || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#wake = undefined
        this.touch()
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      this.#wake = done
    })
  }

  // Sink

  get isCongested(): boolean {
    return this.#news.isCongested
  }

  /** How often something has been written that is for who listens. */
  get writes(): number {
    return this.#writes
  }

  write(frames: Buffer): void {
    for (const message of namedMessages(frames)) {
      if (!this.#take(message)) continue
      this.#writes += 1
      this.#wake?.()
    }
  }

  writeAll(pieces: readonly Buffer[]): void {
    for (const piece of pieces) this.write(piece)
  }

  joinFrames(): void {
    // There is nothing to join them for.
  }

  trust(): void {
    this.#context.reception.trusted(this)
  }

  ping(): void {
    // Its client asks again and again.
  }

  distrust(): void {
    if (!this.#isOver) this.#context.reception.distrusted(this)
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#context.reception.left(this)
    if (this.#isAnnounced) this.#context.endpoint.log.info({ conn: this.#endpoint.id }, 'connection closed')
    this.#wake?.()
  }

  // Occupant

  tick(now: number): void {
    // Whether its client is away shows in its asking (HTTP-23), and not in its messages.
    this.#endpoint.tick(now, true)
  }

  crowdOut(): void {
    this.#endpoint.fail({ reason: 'crowded_out' })
  }

  forewarn(reconnectAfterMs: number): void {
    this.#endpoint.forewarn(reconnectAfterMs)
  }

  goAway(reconnectAfterMs: number): void {
    this.#endpoint.goAway(reconnectAfterMs)
  }

  /** Its client has not asked for long: its session waits for it without a connection. */
  leave(): void {
    this.#endpoint.lost()
    this.end()
  }

  async #handle(code: number, payload: object): Promise<Result<Reply, HttpRefusal>> {
    const written: NamedMessage[] = []
    const requestId = 'request_id' in payload ? payload.request_id : OWN_ID
    this.#written = written
    try {
      if (this.#isOver) return err(this.#lastWord ?? { reason: 'unknown_session' })
      const frame = receivedFrame(code, { ...payload, request_id: requestId })
      if (frame === undefined) return err({ reason: 'message_too_large' })
      await this.#endpoint.receive(frame)
      if (this.session !== undefined) await this.#context.answersTo(this.session)
    } finally {
      this.#context.gate.release()
      this.#written = undefined
      this.#waiting -= 1
    }
    // A request_id that is none cannot be told back, so that what refuses it has none.
    const answers = written.filter((message) =>
      'request_id' in message ? message['request_id'] === requestId : 'in_reply_to' in message,
    )
    if (answers.length === 0 && this.#lastWord !== undefined) return err(this.#lastWord)
    return ok({ answers: answers.map(withoutOwnId), written })
  }

  /** Gives whether who listens is to be told: not of answers to others, nor of HEARTBEATs. */
  #take(message: NamedMessage): boolean {
    this.calls.take(message)
    this.#lastWord = lastWordIn(message) ?? this.#lastWord
    const isAnswer = 'request_id' in message || 'in_reply_to' in message
    const isNumbered = 'seq' in message
    if (isNumbered || isAnswer) this.#written?.push(message)
    if (!isNumbered && !isAnswer) this.#news.add(message)
    else if (message.type === 'WATCHED') this.#news.watched(message)
    return isNumbered || this.hasNews
  }
}
