import { randomInt } from 'node:crypto'

const BAR = 0x7c

/** Nobody outside can know which names fall on one place. */
const SEED = randomInt(2 ** 31)

/**
 * Finds the rows of a file by a field, different in each row, that ends in a bar. It holds places in the file's bytes and
 * no strings, so that the garbage collector has nothing to copy. Its size is fixed: at least half of it stays empty.
 */
export class FieldTable {
  readonly #bytes: Uint8Array
  /** Pairs of a row, counted from 1, and the hash of its field, which spares most looks at the bytes; 0 and 0 if empty. */
  readonly #slots: Int32Array
  /** Where the field of a row begins. */
  readonly #starts: Uint32Array

  constructor(bytes: Uint8Array, capacity: number) {
    this.#bytes = bytes
    this.#slots = new Int32Array(2 * 2 ** Math.ceil(Math.log2(2 * capacity + 2)))
    this.#starts = new Uint32Array(capacity + 1)
  }

  /** The row whose field is the one at `at` of `bytes`; 0 if there is none. */
  rowOf(bytes: Uint8Array, at: number): number {
    return this.#slots[this.#slotOf(bytes, at, hash(bytes, at))] ?? 0
  }

  startOf(row: number): number {
    return this.#starts[row] ?? 0
  }

  /** Puts the field at `start` of the file into the row, if it is not in another one. Tells in which row it is then. */
  add(start: number, row: number): number {
    const sum = hash(this.#bytes, start)
    const slot = this.#slotOf(this.#bytes, start, sum)
    const found = this.#slots[slot] ?? 0
    if (found !== 0) return found
    this.#slots[slot] = row
    this.#slots[slot + 1] = sum
    this.#starts[row] = start
    return row
  }

  /** Where a row with this field is, or where it belongs. */
  #slotOf(bytes: Uint8Array, at: number, sum: number): number {
    const mask = this.#slots.length - 1
    let slot = (sum << 1) & mask
    for (;;) {
      const row = this.#slots[slot] ?? 0
      if (row === 0) return slot
      if (this.#slots[slot + 1] === sum && isSameField(bytes, at, this.#bytes, this.startOf(row))) return slot
      slot = (slot + 2) & mask
    }
  }
}

/** FNV-1a, stirred at the end because the low bits choose the slot. */
function hash(bytes: Uint8Array, start: number): number {
  let sum = SEED
  for (let at = start; at < bytes.length && bytes[at] !== BAR; at++) {
    sum = Math.imul(sum ^ (bytes[at] ?? 0), 0x01000193)
  }
  sum = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d)
  return sum ^ (sum >>> 13)
}

function isSameField(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  for (let i = 0; atA + i < a.length && a[atA + i] === b[atB + i]; i++) {
    if (a[atA + i] === BAR) return true
  }
  return false
}
