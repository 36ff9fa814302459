import type { EncodedMessage } from '../protocol/encode-message.ts'

export interface OutboxLimits {
  readonly maxFrames: number
  /** Of frames, header included. */
  readonly maxBytes: number
}

/**
 * What a client is owed exactly once and has not acknowledged: bounded, the oldest go first (RESUME-8). Kept as text,
 * because a small buffer keeps alive the whole slab that it was cut from.
 */
export class Outbox {
  readonly #limits: OutboxLimits
  /** By number: taking the first off an array would move all the rest. Most clients are owed nothing most of the time. */
  #kept: Map<number, EncodedMessage> | undefined
  #firstSeq: number
  #bytes = 0

  constructor(limits: OutboxLimits, firstSeq = 1, messages: readonly EncodedMessage[] = []) {
    this.#limits = limits
    this.#firstSeq = firstSeq
    for (const message of messages) this.add(message)
  }

  /** The number of the earliest message that is kept, or of the next one where none is. */
  get firstSeq(): number {
    return this.#firstSeq
  }

  /** The number that the next message bears. */
  get nextSeq(): number {
    return this.#firstSeq + this.#size
  }

  /** In the order of their numbers. */
  get messages(): readonly EncodedMessage[] {
    return [...(this.#kept?.values() ?? [])]
  }

  get #size(): number {
    return this.#kept?.size ?? 0
  }

  add(message: EncodedMessage): void {
    this.#kept ??= new Map()
    this.#kept.set(this.nextSeq, message)
    this.#bytes += message.frameBytes
    while (this.#size > this.#limits.maxFrames || this.#bytes > this.#limits.maxBytes) this.#forgetFirst()
  }

  /** The client has them up to this one. */
  acknowledge(seq: number): void {
    while (this.#firstSeq <= seq && this.#size > 0) this.#forgetFirst()
  }

  #forgetFirst(): void {
    this.#bytes -= this.#kept?.get(this.#firstSeq)?.frameBytes ?? 0
    this.#kept?.delete(this.#firstSeq)
    this.#firstSeq += 1
    if (this.#size === 0) this.#kept = undefined
  }
}
