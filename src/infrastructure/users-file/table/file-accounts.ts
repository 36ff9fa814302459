import type { UserId } from '../../../domain/ids.ts'
import type { Account } from '../../../domain/user.ts'
import { parseAccountLine } from './account-line.ts'
import { FieldTable } from './field-table.ts'
import { countNewlines, decodeLine, lineAt } from './lines.ts'

const BAR = 0x7c

/** How many rows are looked at in a step. */
const STEP = 1024

/**
 * The accounts of a file as the bytes that were read. An account becomes an object when it is asked for: a million of them
 * beforehand would take three times the memory, and four times as long.
 */
export class FileAccounts {
  readonly #bytes: Buffer
  readonly #ids: FieldTable
  readonly #names: FieldTable
  /** Where the line of a row begins that counts, the last one of its account. Rows are counted from 1. */
  readonly #lines: Uint32Array
  #size = 0

  /** `capacity`: how many accounts there are at most. */
  constructor(bytes: Buffer = Buffer.alloc(0), capacity = 0) {
    this.#bytes = bytes
    this.#ids = new FieldTable(bytes, capacity)
    this.#names = new FieldTable(bytes, capacity)
    this.#lines = new Uint32Array(capacity + 1)
  }

  get size(): number {
    return this.#size
  }

  /**
   * Takes in the account whose line, known to be well-formed, begins at `start`. After `conflict` (its id has another
   * name, or its name another id) nothing is to be asked but about further lines.
   */
  put(start: number): 'added' | 'replaced' | 'conflict' {
    const name = this.#nameAt(start)
    const next = this.#size + 1
    const row = this.#ids.add(start, next)
    if (row !== next) {
      if (this.#names.rowOf(this.#bytes, name) !== row) return 'conflict'
      this.#lines[row] = start
      return 'replaced'
    }
    this.#size = next
    this.#lines[next] = start
    return this.#names.add(name, next) === next ? 'added' : 'conflict'
  }

  /** Which line the conflicting one at `start` contradicts. */
  describeConflict(start: number): string {
    const sameName = this.#names.rowOf(this.#bytes, this.#nameAt(start))
    if (sameName === 0) {
      const sameId = this.#ids.rowOf(this.#bytes, start)
      return `it has the id of line ${this.#lineNumber(sameId)} but another username`
    }
    return `it has the username of line ${this.#lineNumber(sameName)} but another id`
  }

  byId(id: UserId): Account | undefined {
    const account = this.#find(this.#ids, id)
    return account?.id === id ? account : undefined
  }

  byName(username: string): Account | undefined {
    const account = this.#find(this.#names, username)
    // A bar or half a surrogate pair in what was asked for would have found another name.
    return account?.username === username ? account : undefined
  }

  /** `row`: from 1 to `size`. */
  at(row: number): Account {
    return this.#account(row)
  }

  /** In the order of their first lines. */
  *all(): Iterable<Account> {
    for (let row = 1; row <= this.#size; row++) yield this.#account(row)
  }

  *names(): Iterable<string> {
    for (let row = 1; row <= this.#size; row++) {
      const start = this.#names.startOf(row)
      yield this.#bytes.toString('utf8', start, this.#bytes.indexOf(BAR, start))
    }
  }

  /** In steps: the ids of the accounts for which the other file does not have the same line. */
  *unlike(other: FileAccounts): Generator<UserId | undefined, undefined> {
    for (let row = 1; row <= this.#size; row++) {
      if (!other.#has(this.#line(row))) yield this.#account(row).id
      else if (row % STEP === 0) yield undefined
    }
  }

  #has(line: Buffer): boolean {
    const row = this.#ids.rowOf(line, 0)
    return row !== 0 && this.#line(row).equals(line)
  }

  #line(row: number): Buffer {
    return lineAt(this.#bytes, this.#lines[row] ?? 0)
  }

  #find(table: FieldTable, field: string): Account | undefined {
    const row = table.rowOf(Buffer.from(`${field}|`), 0)
    return row === 0 ? undefined : this.#account(row)
  }

  // Quicker than `indexOf`, which is a call into the engine, for so few bytes.
  #nameAt(start: number): number {
    let at = start
    while (this.#bytes[at] !== BAR) at++
    return at + 1
  }

  #lineNumber(row: number): number {
    return countNewlines(this.#bytes, this.#lines[row] ?? 0) + 1
  }

  #account(row: number): Account {
    const parsed = parseAccountLine(decodeLine(this.#line(row)) ?? '')
    if (parsed.ok && parsed.value.kind === 'account') return parsed.value.account
    throw new Error(`Account ${row} of the file was well-formed and is no more`)
  }
}
