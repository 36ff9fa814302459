/** A frame is a length of four bytes, big-endian, and so many bytes: the type and the payload. */
export const LENGTH_BYTES = 4

const MAX_LENGTH = 1_048_576

/** Cuts a stream of bytes into frames. Throws a RangeError at a length that no frame has. */
export class FrameReader {
  #held: Uint8Array[] = []
  #size = 0
  /** Of the frame that is not complete: so that its pieces are joined once and not at each piece. */
  #expected = 0;

  /** The frames that are complete by these bytes, each without its length. */
  *read(bytes: Uint8Array): Generator<Uint8Array> {
    this.#held.push(bytes)
    this.#size += bytes.length
    while (this.#size >= LENGTH_BYTES) {
      const held = this.#joined()
      const length = new DataView(held.buffer, held.byteOffset, LENGTH_BYTES).getUint32(0)
      if (length === 0 || length > MAX_LENGTH) throw new RangeError(`a frame of ${length} bytes`)
      const end = LENGTH_BYTES + length
      if (this.#size < end) {
        this.#expected = end
        return
      }
      this.#held = [held.subarray(end)]
      this.#size -= end
      this.#expected = 0
      yield held.subarray(LENGTH_BYTES, end)
    }
  }

  #joined(): Uint8Array {
    const [first = new Uint8Array()] = this.#held
    if (this.#held.length === 1) return first
    if (first.length >= LENGTH_BYTES && this.#size < this.#expected) return first
    const joined = new Uint8Array(this.#size)
    let offset = 0
    for (const piece of this.#held) {
      joined.set(piece, offset)
      offset += piece.length
    }
    this.#held = [joined]
    return joined
  }
}
