/** What a peer has sent in one frame or several. */
export interface Message {
  readonly data: Buffer
  readonly isBinary: boolean
}

/** Length (4 bytes) and kind (1 byte). */
const HEAD_BYTES = 5

const SMALLEST = 1024

/**
 * Messages of one read that wait for one before them: packed into one piece, so that ten thousand small ones take no
 * more than they took on the wire.
 */
export class MessageQueue {
  #bytes = Buffer.alloc(0)
  #start = 0
  #end = 0

  add(data: Buffer, isBinary: boolean): void {
    const needed = this.#end + HEAD_BYTES + data.length
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, needed, SMALLEST))
      this.#bytes.copy(grown, 0, 0, this.#end)
      this.#bytes = grown
    }
    this.#bytes.writeUInt32BE(data.length, this.#end)
    this.#bytes.writeUInt8(isBinary ? 1 : 0, this.#end + 4)
    data.copy(this.#bytes, this.#end + HEAD_BYTES)
    this.#end = needed
  }

  /** The first. */
  take(): Message | undefined {
    if (this.#start === this.#end) return undefined
    const begin = this.#start + HEAD_BYTES
    const isBinary = this.#bytes[this.#start + 4] === 1
    this.#start = begin + this.#bytes.readUInt32BE(this.#start)
    return { data: this.#bytes.subarray(begin, this.#start), isBinary }
  }
}
