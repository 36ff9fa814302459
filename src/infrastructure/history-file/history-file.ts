import { rmSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { syncDirectory } from '../system/file-system.ts'
import { type HistoryLine, writeHistoryLine } from './history-line.ts'
import type { Remembered } from './kept-histories.ts'
import { LinesFile } from './lines-file.ts'

interface Options {
  readonly path: string
  readonly clock: Clock
  readonly log: Log
  /** All that is to be kept; to be walked while it may change. */
  readonly all: () => Iterable<Remembered>
}

/** A file of this size is written anew, once it is also twice what there was to keep when that was last done. */
const REWRITTEN_FROM_BYTES = 1024 * 1024
const GROWTH = 2

/** Calls that are written before everybody else has a turn. */
const SLICE = 500

/** After a disk that was full, or broken. */
const TRIED_AGAIN_AFTER_MS = 10_000

/**
 * The call history in a file for its owner only. Like the session journal it is written by a call that returns when the
 * kernel has it, before anybody is told: safe from the end of the process. It is fsynced when it is written anew, and at the
 * end in good order.
 */
export class HistoryFile {
  readonly #options: Options
  readonly #unfinished: string
  #file: LinesFile | undefined
  /** The one that is to take its place, while it is being filled: it takes all lines too. */
  #next: LinesFile | undefined
  #rewriteAt = REWRITTEN_FROM_BYTES
  #rewriting: Promise<void> | undefined
  #tryAgainAt: number | undefined

  constructor(options: Options) {
    this.#options = options
    this.#unfinished = `${options.path}.new`
  }

  get isHolding(): boolean {
    return this.#file?.isHolding === true
  }

  add(line: HistoryLine): void {
    const text = writeHistoryLine(line)
    this.#file?.add(text)
    this.#next?.add(text)
  }

  release(): void {
    if (this.#file?.isHolding !== true) return
    try {
      this.#file.flush()
      this.#next?.flush()
    } catch (error) {
      this.#giveUp(error)
      return
    }
    if (this.#file.size > this.#rewriteAt) void this.rewrite()
  }

  tick(): void {
    this.release()
    if (this.#tryAgainAt === undefined || this.#options.clock.monotonicMs() < this.#tryAgainAt) return
    this.#tryAgainAt = undefined
    void this.rewrite()
  }

  /** Writes what is there now into a file of its own, which then takes the place of the one that there is. */
  rewrite(): Promise<void> {
    this.#rewriting ??= this.#rewrite().finally(() => {
      this.#rewriting = undefined
    })
    return this.#rewriting
  }

  async close(): Promise<void> {
    await this.#rewriting
    this.release()
    const file = this.#file
    this.#file = undefined
    await file?.sync().catch((error: unknown) => {
      this.#sayLost(error)
    })
    file?.close()
  }

  async #rewrite(): Promise<void> {
    const { path, all } = this.#options
    try {
      await rm(this.#unfinished, { force: true })
      const next = new LinesFile(this.#unfinished)
      this.#next = next
      let count = 0
      for (const call of all()) {
        next.add(writeHistoryLine({ kind: 'call', ...call }))
        if (++count % SLICE > 0) continue
        next.flush()
        await turn()
        if (next.isClosed) return
      }
      next.flush()
      await next.sync()
      if (next.isClosed) return
      await rename(this.#unfinished, path)
      this.#file?.close()
      this.#file = next
      this.#next = undefined
      this.#rewriteAt = Math.max(REWRITTEN_FROM_BYTES, GROWTH * next.size)
      await syncDirectory(dirname(path))
    } catch (error) {
      this.#giveUp(error)
    }
  }

  #giveUp(error: unknown): void {
    this.#sayLost(error)
    this.#next?.close()
    this.#file?.close()
    this.#next = this.#file = undefined
    // A line that is cut off would take the next one with it: the file is not appended to any more.
    try {
      rmSync(this.#unfinished, { force: true })
    } catch {
      // A disk that fails keeps it. The next try removes it.
    }
    this.#tryAgainAt = this.#options.clock.monotonicMs() + TRIED_AGAIN_AFTER_MS
  }

  #sayLost(error: unknown): void {
    const { path, log } = this.#options
    log.error(
      { path, err: error },
      'the call history cannot be written: what is new in it would not survive the end of the daemon',
    )
  }
}
