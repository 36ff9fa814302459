import type { Unsubscribe } from '../ask.ts'
import { RoomRtcError } from '../error.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import { numbers } from '../wire/binary.ts'
import type { Message } from '../wire/message.ts'
import type { ServerMessage } from '../wire/server-messages.ts'

export interface Request {
  readonly message: ClientMessage
  /** The types that answer it, ERROR apart. */
  readonly answers: readonly ServerMessage['type'][]
  /** Is told the answer in the moment of its arrival, or why there is none. */
  readonly done: (outcome: ServerMessage | RoomRtcError) => void
  /** It may be asked again on another connection. */
  readonly repeats?: boolean
}

interface Pending extends Omit<Request, 'repeats'> {
  readonly id: string
  repeats: boolean
  sent: boolean
}

/** How many may wait for a connection. */
const MAX_PENDING = 200

/** What the server was asked and has not answered. */
export class Requests {
  readonly #pending = new Set<Pending>()
  /** Whether the server repeats `request_id`: those of version 1 need not. */
  #echoes = false
  #count = 0

  get areWaiting(): boolean {
    return this.#pending.size > 0
  }

  /** Those that are to be sent, with their ids. */
  *unsent(): Generator<Message> {
    for (const pending of this.#pending) {
      if (pending.sent) continue
      pending.sent = true
      yield withId(pending.message, pending.id)
    }
  }

  /** `send`: at once by it, where it is not to wait for its turn. */
  add(request: Request, send?: (message: Message) => void): Unsubscribe {
    if (this.#pending.size >= MAX_PENDING) {
      request.done(new RoomRtcError('wrong_state', `${MAX_PENDING} requests wait for the server already`))
      return () => undefined
    }
    this.#count += 1
    const { repeats = false } = request
    const pending = { ...request, repeats, id: String(this.#count), sent: send !== undefined }
    this.#pending.add(pending)
    send?.(withId(pending.message, pending.id))
    return () => {
      // What is asked already may be answered, and then has an effect.
      pending.repeats = false
      if (!pending.sent) this.#pending.delete(pending)
    }
  }

  /** True if somebody has waited for it. */
  answer(message: ServerMessage): boolean {
    const id = requestId(message)
    if (id !== undefined) this.#echoes = true
    for (const pending of this.#pending) {
      if (!pending.sent || !this.#matches(pending, id, message)) continue
      this.#pending.delete(pending)
      pending.done(message.type === 'ERROR' ? refusal(message.payload) : message)
      return true
    }
    return false
  }

  #matches(
    { id, answers, message: asked }: Pending,
    echoed: string | undefined,
    answer: ServerMessage,
  ): boolean {
    if (echoed !== undefined) return echoed === id
    if (answer.type === 'ERROR') {
      const { in_reply_to } = answer.payload
      // Servers that know no HELLO need not say what they do not know. About what cannot be read there is no id.
      return in_reply_to === undefined ? asked.type === 'HELLO' : in_reply_to === numbers.get(asked.type)
    }
    return !this.#echoes && answers.includes(answer.type)
  }

  /** What the lost connection has carried is over, but for what may be asked again. */
  lost(why: RoomRtcError): void {
    for (const pending of [...this.#pending]) {
      if (!pending.sent) continue
      if (pending.repeats) pending.sent = false
      else this.#fail(pending, why)
    }
  }

  failAll(why: RoomRtcError): void {
    for (const pending of [...this.#pending]) this.#fail(pending, why)
  }

  #fail(pending: Pending, why: RoomRtcError): void {
    this.#pending.delete(pending)
    pending.done(why)
  }
}

export function requestId({ payload }: Message): string | undefined {
  const id: unknown = Reflect.get(payload, 'request_id')
  return typeof id === 'string' ? id : undefined
}

export function withId({ type, payload }: Message, request_id: string): Message {
  return { type, payload: { ...payload, request_id } }
}

/** What an ERROR says. */
export function refusal(error: {
  readonly message: string
  readonly reason?: string
  readonly retry_after_ms?: number
}): RoomRtcError {
  return new RoomRtcError('refused', error.message, {
    reason: error.reason,
    retryAfterMs: error.retry_after_ms,
  })
}
