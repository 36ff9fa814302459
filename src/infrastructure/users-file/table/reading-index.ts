/**
 * Rows of a file by the hash of how their names read: numbers only, as a million strings would take more memory than the
 * file. Different names may have one hash, so whoever asks compares. At least half of it stays empty.
 */
export class ReadingIndex {
  /** Pairs of a row, counted from 1, and its hash. */
  readonly #slots: Int32Array

  constructor(capacity: number) {
    this.#slots = new Int32Array(2 * 2 ** Math.ceil(Math.log2(2 * capacity + 2)))
  }

  add(key: string, row: number): void {
    const sum = hash(key)
    let slot = this.#first(sum)
    while (this.#slots[slot] !== 0) slot = this.#next(slot)
    this.#slots[slot] = row
    this.#slots[slot + 1] = sum
  }

  /** Rows whose names may read so. */
  *rows(key: string): Iterable<number> {
    const sum = hash(key)
    for (let slot = this.#first(sum); this.#slots[slot] !== 0; slot = this.#next(slot)) {
      if (this.#slots[slot + 1] === sum) yield this.#slots[slot] ?? 0
    }
  }

  #first(sum: number): number {
    return (sum << 1) & (this.#slots.length - 1)
  }

  #next(slot: number): number {
    return (slot + 2) & (this.#slots.length - 1)
  }
}

/** FNV-1a over UTF-16 units, stirred at the end because the low bits choose the slot. */
function hash(key: string): number {
  let sum = 0x811c9dc5
  for (let at = 0; at < key.length; at++) sum = Math.imul(sum ^ key.charCodeAt(at), 0x01000193)
  sum = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d)
  return sum ^ (sum >>> 13)
}
