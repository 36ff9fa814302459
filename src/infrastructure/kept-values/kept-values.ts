import { readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { errorCode } from '../../domain/error-code.ts'
import { type AppendHandle, openForAppend, type OpenForAppend, syncDirectory } from '../system/file-system.ts'
import { formatEntry, readEntries } from './kept-lines.ts'

/** So many superseded lines are let be before the file is written anew. */
const MAX_SUPERSEDED = 1000

interface Options<Value> {
  readonly path: string
  /** Throws where it is none. */
  readonly parse: (value: unknown) => Value
  readonly open?: OpenForAppend
}

interface Pending<Value> {
  readonly key: string
  readonly value: Value | undefined
  readonly done: (saved: boolean) => void
}

/**
 * Values by key, in memory and in a file of mode 0600 that nobody else writes. A change is a line at its end; changes that
 * come while the disk is busy are written together. When there are more superseded lines than live ones, the file is
 * written anew beside itself and renamed over it.
 */
export class KeptValues<Value> {
  readonly #options: Options<Value>
  readonly #values: Map<string, Value>
  #handle: AppendHandle | undefined
  #length: number
  #lines: number
  /** What is in the file is not sure: it is written anew before anything is added. */
  #isDamaged: boolean
  #pending: Pending<Value>[] = []
  #writing: Promise<void> | undefined

  private constructor(options: Options<Value>, values: Map<string, Value>, isDamaged: boolean) {
    this.#options = options
    this.#values = values
    this.#length = 0
    this.#lines = 0
    this.#isDamaged = isDamaged
  }

  /** Throws a StartupError where the file cannot be read, or holds what was not written here. */
  static async open<Value>(options: Options<Value>): Promise<KeptValues<Value>> {
    const { path, parse } = options
    try {
      const text = await readIfThere(path)
      return new KeptValues(options, readEntries(text, parse), text !== '')
    } catch (error) {
      throw new StartupError([`${path}: ${error instanceof Error ? error.message : 'cannot be read'}`])
    }
  }

  get size(): number {
    return this.#values.size
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  entries(): Iterable<readonly [string, Value]> {
    return this.#values
  }

  /** Without a value the key is gone. Whether it could be saved: it holds once it is durable, and else is as it was. */
  set(key: string, value: Value | undefined): Promise<boolean> {
    const saved = new Promise<boolean>((done) => {
      this.#pending.push({ key, value, done })
    })
    this.#writing ??= this.#writeAll()
    return saved
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#handle?.close()
    this.#handle = undefined
  }

  async #writeAll(): Promise<void> {
    // What comes within this tick of the event loop is written together.
    await Promise.resolve()
    while (this.#pending.length > 0) {
      const batch = this.#pending
      this.#pending = []
      const saved = await this.#save(batch).then(
        () => true,
        () => false,
      )
      if (saved) for (const { key, value } of batch) put(this.#values, key, value)
      for (const { done } of batch) done(saved)
    }
    this.#writing = undefined
  }

  async #save(batch: readonly Pending<Value>[]): Promise<void> {
    const { path } = this.#options
    const superseded = this.#lines - this.#values.size
    if (this.#isDamaged || superseded > this.#values.size + MAX_SUPERSEDED) {
      await this.#writeAnew(path, batch)
      return
    }
    const handle = (this.#handle ??= await this.#create(path))
    const bytes = Buffer.from(batch.map(({ key, value }) => formatEntry(key, value)).join(''))
    try {
      await handle.appendFile(bytes)
      await handle.sync()
    } catch (error) {
      this.#isDamaged = true
      // It has not happened, and a start must not find it.
      await handle.truncate(this.#length).catch(() => undefined)
      throw error
    }
    this.#length += bytes.length
    this.#lines += batch.length
  }

  async #create(path: string): Promise<AppendHandle> {
    const handle = await (this.#options.open ?? openForAppend)(path, 'a')
    await syncDirectory(dirname(path))
    return handle
  }

  async #writeAnew(path: string, batch: readonly Pending<Value>[]): Promise<void> {
    const next = new Map(this.#values)
    for (const { key, value } of batch) put(next, key, value)
    const unfinished = `${path}.new`
    // One may be left from a crash; `ax` makes sure that nobody has put a link in its place.
    await rm(unfinished, { force: true })
    const handle = await (this.#options.open ?? openForAppend)(unfinished, 'ax')
    const bytes = Buffer.from([...next].map(([key, value]) => formatEntry(key, value)).join(''))
    try {
      await handle.appendFile(bytes)
      await handle.sync()
      await rename(unfinished, path)
      await syncDirectory(dirname(path))
    } catch (error) {
      await handle.close().catch(() => undefined)
      await rm(unfinished, { force: true }).catch(() => undefined)
      throw error
    }
    await this.#handle?.close().catch(() => undefined)
    this.#handle = handle
    this.#length = bytes.length
    this.#lines = next.size
    this.#isDamaged = false
  }
}

function put<Value>(values: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) values.delete(key)
  else values.set(key, value)
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  }
}
