/** What a direction of a connection has said, in order: bytes, or how many of them the capture lacks. */
export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'gap'; readonly length: number }

/** Of what came too early. When there is more, what is missing is given up. */
const MAX_HELD_BYTES = 4 * 1024 * 1024
const MAX_HELD_SEGMENTS = 4096
/** For segments of which only the header was captured, and the like. */
const FARTHEST = 64 * 1024 * 1024

interface Held {
  /** Counted from the first byte of the connection that is known of. */
  readonly start: number
  readonly bytes: Buffer
}

/** Puts the segments of one direction in order, by their sequence numbers: what comes twice or early, or overlaps. */
export class Reassembly {
  /** The sequence number of the first byte. */
  #origin: number | undefined
  /** How many bytes have been given out, or given up. */
  #done = 0
  #held: Held[] = []
  #heldBytes = 0

  /** From a SYN: the first byte has the number after its own. */
  begin(sequence: number): void {
    this.#origin ??= (sequence + 1) >>> 0
  }

  /** Whether a SYN with that number would be of another connection between the same ports. */
  contradicts(sequence: number): boolean {
    return this.#origin !== undefined && this.#origin !== (sequence + 1) >>> 0
  }

  add(sequence: number, bytes: Buffer): readonly Piece[] {
    if (bytes.length === 0) return []
    this.#origin ??= sequence
    // Numbers begin anew after 2^32, so only the distance from what is next counts.
    const next = (this.#origin + this.#done) >>> 0
    const ahead = (sequence - next) | 0
    if (ahead > FARTHEST || ahead < -FARTHEST) return []
    this.#hold({ start: this.#done + ahead, bytes })
    const pieces = this.#ready()
    while (this.#heldBytes > MAX_HELD_BYTES || this.#held.length > MAX_HELD_SEGMENTS) {
      pieces.push(...this.#giveUp())
    }
    return pieces
  }

  /** What is left when nothing more will come. */
  end(): readonly Piece[] {
    const pieces: Piece[] = []
    while (this.#held.length > 0) pieces.push(...this.#giveUp())
    return pieces
  }

  #hold(segment: Held): void {
    if (segment.start + segment.bytes.length <= this.#done) return
    const after = this.#held.findLastIndex(({ start }) => start <= segment.start)
    this.#held.splice(after + 1, 0, segment)
    this.#heldBytes += segment.bytes.length
  }

  #ready(): Piece[] {
    const pieces: Piece[] = []
    let [first] = this.#held
    while (first !== undefined && first.start <= this.#done) {
      this.#held.shift()
      this.#heldBytes -= first.bytes.length
      const bytes = first.bytes.subarray(this.#done - first.start)
      if (bytes.length > 0) pieces.push({ kind: 'bytes', bytes })
      this.#done += bytes.length
      first = this.#held[0]
    }
    return pieces
  }

  #giveUp(): readonly Piece[] {
    const [first] = this.#held
    if (first === undefined) return []
    const length = first.start - this.#done
    this.#done = first.start
    return [{ kind: 'gap', length }, ...this.#ready()]
  }
}
