import { closeSync, fsync, openSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { PRIVATE_FILE } from '../system/file-system.ts'
import { BATCH_HEAD, MAGIC, seal } from './batches.ts'
import { EntryBuffer } from './entry-codec.ts'

const BUFFER_BYTES = 64 * 1024

/** A journal that is being written: entries gather, and leave as one batch. */
export class JournalFile {
  readonly entries = new EntryBuffer(BATCH_HEAD, BUFFER_BYTES)
  readonly #fd: number
  #size = 0
  #isClosed = false

  /** The path must be free. */
  static create(path: string): JournalFile {
    const file = new JournalFile(openSync(path, 'wx', PRIVATE_FILE))
    try {
      file.#write(MAGIC)
      return file
    } catch (error) {
      file.close()
      throw error
    }
  }

  private constructor(fd: number) {
    this.#fd = fd
  }

  get size(): number {
    return this.#size
  }

  isClosed(): boolean {
    return this.#isClosed
  }

  /** Throws where the disk does not take it; then the file is of no use any more. */
  flush(): void {
    if (this.entries.isEmpty || this.#isClosed) return
    const batch = this.entries.bytes
    seal(batch)
    this.#write(batch)
    this.entries.clear()
  }

  sync(): Promise<void> {
    return promisify(fsync)(this.#fd)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeSync(this.#fd)
  }

  #write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length;) written += writeSync(this.#fd, bytes, written)
    this.#size += bytes.length
  }
}
