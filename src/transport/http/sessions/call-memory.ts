import type { NamedMessage } from '../../../protocol/codec/named-message.ts'

/** How a call ended. */
export interface PastCall {
  readonly reason: unknown
  readonly durationMs: unknown
}

/** Of earlier ones a client that asks from time to time is not told any more. */
const MAX_PAST = 16

/** What a client that only asks may want to know of its calls, and has been told in passing. */
export class CallMemory {
  #ring: NamedMessage | undefined
  readonly #past = new Map<string, PastCall>()

  /** The last time that somebody rang, with what came with it. */
  get ring(): NamedMessage | undefined {
    return this.#ring
  }

  past(call: string): PastCall | undefined {
    return this.#past.get(call)
  }

  take(message: NamedMessage): void {
    if (message.type === 'CALL_NOTIFICATION') this.#ring = message
    if (message.type !== 'HANGUP' && message.type !== 'CALL_DECLINED') return
    this.ended(message['call_id'], { reason: message['reason'], durationMs: message['duration_ms'] })
  }

  ended(call: unknown, how: PastCall): void {
    if (typeof call !== 'string') return
    if (this.#ring?.['call_id'] === call) this.#ring = undefined
    this.#past.delete(call)
    this.#past.set(call, how)
    for (const oldest of this.#past.keys()) {
      if (this.#past.size <= MAX_PAST) break
      this.#past.delete(oldest)
    }
  }
}
