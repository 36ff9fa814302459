import { rmSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { Change, Dump, SessionJournal } from '../../application/ports/session-journal.ts'
import { syncDirectory } from '../system/file-system.ts'
import { JournalFile } from './journal-file.ts'
import { readLeftJournal } from './left-journal.ts'

interface Options {
  readonly path: string
  /** What is older is of no use: every session in it has expired. */
  readonly maxAgeMs: number
  /** Changes are taken down as they happen; otherwise only the end in good order is. */
  readonly survivesCrash: boolean
  readonly clock: Clock
  readonly log: Log
  /** Is told how long each write took, in milliseconds: nobody is heard meanwhile. */
  readonly wrote?: (ms: number) => void
}

/** A journal of this size is written anew, once it is also four times what there was to keep when that was last done. */
const COMPACTED_FROM_BYTES = 4 * 1024 * 1024
const GROWTH = 4

/** What of a dump is written before everybody else has a turn. */
const SLICE_BYTES = 256 * 1024

/** How exactly the instant of a crash is known. */
const ALIVE_EVERY_MS = 2_000

/** After a disk that was full, or broken. */
const TRIED_AGAIN_AFTER_MS = 10_000

/**
 * Sessions and calls in a file for its owner only: a batch of changes for each tick of the event loop in which something
 * changed. It is written by a call that returns when the kernel has it, so that it is safe from the end of the process
 * before anybody is told; not by fsync, so not from the end of the machine.
 */
export function createSessionJournal(options: Options): SessionJournal {
  return new Journal(options)
}

class Journal implements SessionJournal {
  readonly #options: Options
  readonly #unfinished: string
  #file: JournalFile | undefined
  /** The one that is to take its place, while it is being filled: it takes all changes too. */
  #next: JournalFile | undefined
  #dump: Dump | undefined
  #compactAt = COMPACTED_FROM_BYTES
  #lastAlive = -Infinity
  #tryAgainAt: number | undefined
  #compacting = false
  #closed = false

  constructor(options: Options) {
    this.#options = options
    this.#unfinished = `${options.path}.new`
  }

  changed(change: Change): void {
    this.#file?.entries.changed(change)
    this.#next?.entries.changed(change)
  }

  owed(session: number, frame: Buffer, sent: boolean): void {
    this.#file?.entries.owed(session, frame, sent)
    this.#next?.entries.owed(session, frame, sent)
  }

  received(session: number, count: number): void {
    this.#file?.entries.received(session, count)
    this.#next?.entries.received(session, count)
  }

  get isHolding(): boolean {
    return this.#file !== undefined && !this.#file.entries.isEmpty
  }

  release(): void {
    if (this.#file === undefined || this.#file.entries.isEmpty) return
    const { clock, wrote } = this.#options
    const begun = clock.monotonicMs()
    try {
      this.#file.flush()
      this.#next?.flush()
    } catch (error) {
      this.#giveUp(error)
      return
    }
    wrote?.(clock.monotonicMs() - begun)
    if (this.#file.size > this.#compactAt) void this.#compact()
  }

  alive(): void {
    const { clock } = this.#options
    const now = clock.monotonicMs()
    if (this.#tryAgainAt !== undefined && now >= this.#tryAgainAt) {
      this.#tryAgainAt = undefined
      void this.#compact()
    }
    if (this.#file === undefined || now - this.#lastAlive < ALIVE_EVERY_MS) return
    this.#lastAlive = now
    const at = clock.wallMs()
    this.#file.entries.alive(at)
    this.#next?.entries.alive(at)
    this.release()
  }

  async read() {
    const { path, maxAgeMs, clock, log } = this.#options
    await rm(this.#unfinished, { force: true })
    const left = await readLeftJournal(path, clock.wallMs() - maxAgeMs)
    if (left.ok) return left.value
    log.warn({ path, cause: left.error }, 'the sessions of the last run are not taken up')
    return undefined
  }

  async begin(dump: Dump): Promise<void> {
    this.#dump = dump
    if (this.#options.survivesCrash) await this.#compact()
    // What was taken up is not to be taken up again.
    else await rm(this.#options.path, { force: true })
  }

  async close(dump: Dump): Promise<void> {
    this.#closed = true
    // A start that failed leaves what it has not taken up.
    if (this.#dump === undefined) return
    this.#next?.close()
    this.#next = undefined
    try {
      await this.#writeLast(dump)
    } catch (error) {
      await rm(this.#unfinished, { force: true }).catch(() => undefined)
      if (await this.#isWhole()) return
      removeIfThere(this.#options.path)
      throw error
    } finally {
      this.#file?.close()
      this.#file = undefined
    }
  }

  async #writeLast(dump: Dump): Promise<void> {
    const { path } = this.#options
    await rm(this.#unfinished, { force: true })
    const last = JournalFile.create(this.#unfinished)
    try {
      const isEmpty = await this.#fill(last, dump)
      await last.sync()
      if (isEmpty) {
        await rm(this.#unfinished)
        await rm(path, { force: true })
      } else await rename(this.#unfinished, path)
      await syncDirectory(dirname(path))
    } finally {
      last.close()
    }
  }

  /** Whether the journal that has grown until now holds every change: then it can do what a new one could not. */
  async #isWhole(): Promise<boolean> {
    if (this.#file === undefined) return false
    try {
      this.#file.flush()
      await this.#file.sync()
      return true
    } catch {
      return false
    }
  }

  /** Writes what is there now into a file of its own, which then takes the place of the one that has grown. */
  async #compact(): Promise<void> {
    if (this.#dump === undefined || this.#closed || this.#compacting) return
    this.#compacting = true
    try {
      await rm(this.#unfinished, { force: true })
      const next = JournalFile.create(this.#unfinished)
      this.#next = next
      await this.#fill(next, this.#dump)
      if (next.isClosed()) return
      // From here until it is renamed both take every change.
      await rename(this.#unfinished, this.#options.path)
      if (next.isClosed()) return
      this.#file?.close()
      this.#file = next
      this.#next = undefined
      this.#compactAt = Math.max(COMPACTED_FROM_BYTES, GROWTH * next.size)
    } catch (error) {
      this.#giveUp(error)
    } finally {
      this.#compacting = false
    }
  }

  /** Says whether there was nothing to write. */
  async #fill(file: JournalFile, dump: Dump): Promise<boolean> {
    file.entries.alive(this.#options.clock.wallMs())
    file.flush()
    const { size } = file
    const pieces = dump(file.entries)[Symbol.iterator]()
    while (pieces.next().done !== true) {
      if (file.entries.bytes.length < SLICE_BYTES) continue
      file.flush()
      await turn()
      if (file.isClosed()) break
    }
    file.flush()
    return file.size === size
  }

  #giveUp(error: unknown): void {
    if (this.#closed) return
    const { path, clock, log } = this.#options
    log.error(
      { path, err: error },
      'the session journal cannot be written: sessions would not survive a crash',
    )
    this.#next?.close()
    this.#file?.close()
    this.#next = this.#file = undefined
    // What is in them is not the truth any more.
    for (const stale of [path, this.#unfinished]) removeIfThere(stale)
    this.#tryAgainAt = clock.monotonicMs() + TRIED_AGAIN_AFTER_MS
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // A disk that fails keeps it: its age tells.
  }
}
