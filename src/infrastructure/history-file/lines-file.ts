import { closeSync, fsync, openSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { PRIVATE_FILE } from '../system/file-system.ts'

/** A file of lines that is being written: lines gather, and leave together. */
export class LinesFile {
  readonly #fd: number
  #waiting: string[] = []
  #size = 0
  #isClosed = false

  /** The path must be free. */
  constructor(path: string) {
    this.#fd = openSync(path, 'ax', PRIVATE_FILE)
  }

  get size(): number {
    return this.#size
  }

  get isHolding(): boolean {
    return this.#waiting.length > 0
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  add(line: string): void {
    this.#waiting.push(line)
  }

  /** Returns when the kernel has all. Throws where the disk does not take it; then the file is of no use any more. */
  flush(): void {
    if (this.#waiting.length === 0 || this.#isClosed) return
    const bytes = Buffer.from(this.#waiting.join(''))
    this.#waiting = []
    for (let written = 0; written < bytes.length;) written += writeSync(this.#fd, bytes, written)
    this.#size += bytes.length
  }

  sync(): Promise<void> {
    return promisify(fsync)(this.#fd)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeSync(this.#fd)
  }
}
