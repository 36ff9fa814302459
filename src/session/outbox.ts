export interface OutboxLimits {
  readonly maxFrames: number
  readonly maxBytes: number
}

/** The frames that a client is owed exactly once and has not acknowledged: bounded, the oldest go first (RESUME-8). */
export class Outbox {
  readonly #limits: OutboxLimits
  readonly #frames: Buffer[] = []
  #firstSeq: number
  #bytes = 0

  constructor(limits: OutboxLimits, firstSeq = 1, frames: readonly Buffer[] = []) {
    this.#limits = limits
    this.#firstSeq = firstSeq
    for (const frame of frames) this.add(frame)
  }

  /** The number of the earliest frame that is kept, or of the next one where none is. */
  get firstSeq(): number {
    return this.#firstSeq
  }

  /** The number that the next frame bears. */
  get nextSeq(): number {
    return this.#firstSeq + this.#frames.length
  }

  /** In the order of their numbers. */
  get frames(): readonly Buffer[] {
    return this.#frames
  }

  add(frame: Buffer): void {
    this.#frames.push(frame)
    this.#bytes += frame.length
    while (this.#frames.length > this.#limits.maxFrames || this.#bytes > this.#limits.maxBytes) this.#shift()
  }

  /** The client has them up to this one. */
  acknowledge(seq: number): void {
    while (this.#firstSeq <= seq && this.#frames.length > 0) this.#shift()
  }

  #shift(): void {
    this.#bytes -= this.#frames.shift()?.length ?? 0
    this.#firstSeq += 1
  }
}
