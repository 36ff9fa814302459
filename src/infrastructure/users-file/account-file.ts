import { rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory, type AppendHandle } from '../system/file-system.ts'
import { isSameLook, lookAt, type Look } from './edited/look.ts'

/** An open file and how many bytes of it are known to be good. */
export interface Extent {
  readonly handle: AppendHandle
  readonly length: number
}

/** `edited`: somebody else has written to the file, or has put another one in its place. */
export type Written = 'done' | 'edited'

/** The account file, open for appending. Its callers take turns: no two methods run at the same time. */
export class AccountFile {
  readonly path: string
  #handle: AppendHandle
  #length: number
  /** As it was left. */
  #look: Look
  /** What failed and must succeed before anything more is written. */
  #repair: (() => Promise<void>) | undefined

  private constructor(path: string, { handle, length }: Extent, look: Look) {
    this.path = path
    this.#handle = handle
    this.#length = length
    this.#look = look
  }

  static async of(path: string, extent: Extent): Promise<AccountFile> {
    return new AccountFile(path, extent, await lookOf(extent))
  }

  /** Whether nobody else has touched it since. */
  async isAsLeft(): Promise<boolean> {
    return isSameLook(await lookAt(this.path), this.#look)
  }

  /**
   * To be called right after `isAsLeft` or `takeOver`. Durable after `done`. After `edited` the bytes may be in the file or not. When it
   * throws, the file holds what it held before, now or before the next append.
   */
  async append(bytes: Uint8Array): Promise<Written> {
    if (this.#repair !== undefined && !(await this.#isReady())) return 'edited'
    try {
      await this.#handle.appendFile(bytes)
      await this.#handle.sync()
    } catch (cause) {
      this.#repair = () => this.#cutBack()
      this.#look = await this.#handle.stat().catch(() => this.#look)
      await this.#isReady().catch(() => undefined)
      throw cause
    }
    this.#length += bytes.length
    // An editor that saves by renaming would have left this handle on a file that nobody will ever read again.
    const there = await lookAt(this.path)
    const { dev, ino } = this.#look
    if (there?.dev !== dev || there.ino !== ino || there.size !== this.#length) return 'edited'
    this.#look = there
    return 'done'
  }

  /** Puts a complete, synced file in the place of this one and goes on with it. Else nothing has changed. */
  async replaceBy(path: string, next: Extent): Promise<Written> {
    const look = await lookOf(next)
    if (!(await this.#isReady())) return 'edited'
    await rename(path, this.path)
    await this.#goOnWith(next, look)
    this.#repair = () => syncDirectory(dirname(this.path))
    // The rename has happened, durable or not: the next append tries again, as `settle` does.
    await this.#mend().catch(() => undefined)
    return 'done'
  }

  /** Throws if what has taken the place of the file is not sure to be there after a power cut. */
  async settle(): Promise<void> {
    await this.#mend()
  }

  /** Goes on with what somebody else has put in its place, or has made of it. `look`: when it was read. */
  async takeOver(next: Extent, look: Look): Promise<void> {
    await this.#goOnWith(next, look)
    this.#repair = undefined
  }

  async close(): Promise<void> {
    try {
      await this.#isReady()
    } finally {
      await this.#handle.close()
    }
  }

  async #goOnWith({ handle, length }: Extent, look: Look): Promise<void> {
    const old = this.#handle
    this.#handle = handle
    this.#length = length
    this.#look = look
    // The old file has no name any more, so whether its handle closes well is of no interest.
    await old.close().catch(() => undefined)
  }

  /** Mended, and touched by nobody: what somebody else has written must not be cut off. */
  async #isReady(): Promise<boolean> {
    if (!(await this.isAsLeft())) return false
    if (this.#repair === undefined) return true
    await this.#mend()
    return this.isAsLeft()
  }

  async #mend(): Promise<void> {
    await this.#repair?.()
    this.#repair = undefined
  }

  async #cutBack(): Promise<void> {
    await this.#handle.truncate(this.#length)
    await this.#handle.sync()
    this.#look = await lookOf({ handle: this.#handle, length: this.#length })
  }
}

/** If the file is longer than it should be, somebody else has written to it: then it never looks like this. */
export async function lookOf({ handle, length }: Extent): Promise<Look> {
  const { dev, ino, mtimeMs } = await handle.stat()
  return { dev, ino, mtimeMs, size: length }
}
