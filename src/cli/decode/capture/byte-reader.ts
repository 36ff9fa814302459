/** Takes exact numbers of bytes from a source that gives them in pieces of any size. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>
  #held: Buffer[] = []
  #size = 0
  #offset = 0

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Of the next byte. */
  get offset(): number {
    return this.#offset
  }

  /** The next bytes, or undefined where there are not as many any more; then all of them are still there. */
  async take(count: number): Promise<Buffer | undefined> {
    if (!(await this.#fill(count))) return undefined
    const all = Buffer.concat(this.#held)
    this.#held = [all.subarray(count)]
    this.#size -= count
    this.#offset += count
    return all.subarray(0, count)
  }

  /** The next bytes, which stay; fewer where the source ends. */
  async peek(count: number): Promise<Buffer> {
    await this.#fill(count)
    const all = Buffer.concat(this.#held)
    this.#held = [all]
    return all.subarray(0, count)
  }

  /** Everything that is left, piece by piece. */
  async *rest(): AsyncGenerator<Buffer> {
    for (;;) {
      const next = this.#held.shift()
      if (next === undefined) {
        if (!(await this.#fill(1))) return
        continue
      }
      this.#size -= next.length
      this.#offset += next.length
      if (next.length > 0) yield next
    }
  }

  async #fill(count: number): Promise<boolean> {
    while (this.#size < count) {
      const next = await this.#source.next()
      if (next.done === true) return false
      this.#held.push(next.value)
      this.#size += next.value.length
    }
    return true
  }
}
