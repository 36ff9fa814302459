import { rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory, type AppendHandle } from '../file-system.ts'

/** An open file and how many bytes of it are known to be good. */
interface Extent {
  readonly handle: AppendHandle
  readonly length: number
}

/** The account file, open for appending. Its callers take turns: no two methods run at the same time. */
export class AccountFile {
  readonly path: string
  #handle: AppendHandle
  #length: number
  /** What failed and must succeed before anything more is written. */
  #repair: (() => Promise<void>) | undefined

  constructor(path: string, { handle, length }: Extent) {
    this.path = path
    this.#handle = handle
    this.#length = length
  }

  /** Durable when it returns. When it throws, the file holds what it held before, now or before the next append. */
  async append(bytes: Uint8Array): Promise<void> {
    await this.#mend()
    await this.#checkUntouched()
    try {
      await this.#handle.appendFile(bytes)
      await this.#handle.sync()
    } catch (cause) {
      this.#repair = () => this.#cutBack()
      await this.#mend().catch(() => undefined)
      throw cause
    }
    this.#length += bytes.length
  }

  /** Puts a complete, synced file in the place of this one and goes on with it. When it throws, nothing has changed. */
  async replaceBy(path: string, next: Extent): Promise<void> {
    await this.#mend()
    await this.#checkUntouched()
    await rename(path, this.path)
    const old = this.#handle
    this.#handle = next.handle
    this.#length = next.length
    this.#repair = () => syncDirectory(dirname(this.path))
    // The old file has no name any more, so whether its handle closes well is of no interest.
    await old.close().catch(() => undefined)
    // The rename has happened; that it is durable matters to the next append, which tries again and tells.
    await this.#mend().catch(() => undefined)
  }

  async close(): Promise<void> {
    try {
      await this.#mend()
    } finally {
      await this.#handle.close()
    }
  }

  async #mend(): Promise<void> {
    await this.#repair?.()
    this.#repair = undefined
  }

  async #cutBack(): Promise<void> {
    await this.#handle.truncate(this.#length)
    await this.#handle.sync()
  }

  // An editor that saves by renaming would leave this handle on a file that nobody will ever read again.
  async #checkUntouched(): Promise<void> {
    const ours = await this.#handle.stat()
    const there = await stat(this.path)
    if (there.dev !== ours.dev || there.ino !== ours.ino || there.size !== this.#length) {
      throw new Error(
        `${this.path} was changed by another program: restart the daemon, which will read it again`,
      )
    }
  }
}
