import type { Unsubscribe } from '../ask.ts'
import { RoomRtcError } from '../error.ts'
import { withId } from '../link/requests.ts'
import type { ClientMessage } from '../wire/client-messages.ts'
import { numbers } from '../wire/binary.ts'
import type { Message } from '../wire/message.ts'
import type { ServerPayloads } from '../wire/server-messages.ts'
import type { Surroundings } from '../world/surroundings.ts'

/** The oldest go first. */
const MAX_KEPT = 1000

export interface Posted {
  readonly id: string
  readonly message: ClientMessage
  /** How many messages of calls were sent before. */
  readonly position: number
}

export interface OutboxOptions {
  readonly world: Pick<Surroundings, 'setTimer'>
  /** False where it can neither be sent nor kept. */
  readonly send: (message: Message) => boolean
  readonly position: () => number
  readonly limits: () => Readonly<Record<string, number>>
}

const encoder = new TextEncoder()

/** The messages of calls on their way to the server. Those that come too fast for it are sent again, in order. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #kind: 'c' | 'r'
  #count = 0
  /** May still be refused. */
  #posted: Posted[] = []
  #again: Posted[] = []
  #waiting: ClientMessage[] = []
  #pause: Unsubscribe | undefined

  /** `kind`: of calls or of rooms. The ids of the messages begin with it. */
  constructor(options: OutboxOptions, kind: 'c' | 'r' = 'c') {
    this.#options = options
    this.#kind = kind
  }

  /**
   * `id`: that of the request which it is about, in place of its own. An error where it cannot be sent at all. Undefined where
   * it waits for its turn.
   */
  post(message: ClientMessage, id?: string): Posted | RoomRtcError | undefined {
    const most = this.#mostBytes(message)
    if (most !== undefined && isLonger(message.payload, most)) {
      const why = `a message of this kind may have ${most} bytes`
      return new RoomRtcError('refused', why, { reason: 'message_too_large' })
    }
    if (this.#pause === undefined || isAwaited(message)) return this.#send(message, id)
    this.#waiting = [...this.#waiting.slice(1 - MAX_KEPT), message]
    return undefined
  }

  /** The message that the server refuses, if it is one of these. `again`: it will be sent once more. */
  refused(
    error: ServerPayloads['ERROR'],
    id: string | undefined,
  ): { readonly posted: Posted; readonly again: boolean } | undefined {
    const posted = this.#posted.find(
      (one) => one.id === (id ?? one.id) && numbers.get(one.message.type) === error.in_reply_to,
    )
    if (posted === undefined) return undefined
    this.#posted = this.#posted.filter((one) => one !== posted)
    const again =
      error.reason === 'rate_limited' && error.retry_after_ms !== undefined && !isAwaited(posted.message)
    if (again) {
      this.#again.push(posted)
      this.#pauseFor(error.retry_after_ms)
    }
    return { posted, again }
  }

  /** The messages before the position have arrived, and would have been refused. */
  arrived(position: number): void {
    this.#posted = this.#posted.filter((posted) => posted.position >= position)
  }

  /** Forgets all: the session is another's. */
  clear(): void {
    this.#pause?.()
    this.#pause = undefined
    this.#posted = []
    this.#again = []
    this.#waiting = []
  }

  #send(message: ClientMessage, about?: string): Posted | RoomRtcError {
    this.#count += 1
    const id = about ?? `${this.#kind}${this.#count}`
    const posted = { id, message, position: this.#options.position() }
    // Descriptions are long: without an id the server passes them on without reading them. Of those in a room it must be
    // known which one is refused.
    const plain = this.#kind === 'c' && isDescription(message)
    if (!this.#options.send(plain ? message : withId(message, posted.id))) {
      return new RoomRtcError('closed', 'there is no connection')
    }
    this.#posted.push(posted)
    if (this.#posted.length > MAX_KEPT) this.#posted.shift()
    return posted
  }

  #pauseFor(ms: number): void {
    this.#pause?.()
    this.#pause = this.#options.world.setTimer(ms, () => {
      this.#pause = undefined
      const messages = [...this.#again.map(({ message }) => message), ...this.#waiting]
      this.#again = []
      this.#waiting = []
      for (const message of messages) this.post(message)
    })
  }

  #mostBytes({ type }: ClientMessage): number | undefined {
    const limits = this.#options.limits()
    if (type === 'CALL_REQUEST' || type === 'CALL_RESPONSE') return limits['max_call_payload_bytes']
    // Longer ones would end the connection, again and again.
    return limits['max_relayed_payload_bytes'] ?? 1_048_320
  }
}

/** Somebody waits for the answer, or it would come too late: it does not wait itself. */
function isAwaited({ type, payload }: ClientMessage): boolean {
  if (type === 'HANGUP') return payload.call_id === ''
  return type === 'CALL_REQUEST' || type === 'ROOM_JOIN' || type === 'CALL_ALERTING'
}

function isDescription({ type }: ClientMessage): boolean {
  return type === 'SDP_OFFER' || type === 'SDP_ANSWER'
}

function isLonger(payload: object, most: number): boolean {
  const text = JSON.stringify(payload)
  // Less than three bytes for each unit of the text; and a request_id of its own.
  return text.length * 3 + 64 > most && encoder.encode(text).length + 64 > most
}
