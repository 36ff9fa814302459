import type { Log } from '../../../application/ports/system/log.ts'
import type { Pause } from '../../../application/ports/system/pause.ts'
import type { HistoryLine } from '../../history-file/history-line.ts'
import type { Database, Failure } from '../database.ts'
import type { Result } from '../../../domain/result.ts'
import { DROP_CALLS, FORGET_USERS, PUT_CALLS, SWEEP_CALLS } from './call-rows.ts'

interface Parts {
  readonly database: Database
  /** Before which instant, in Unix milliseconds, calls are too old. */
  readonly tooOld: () => number
  readonly log: Log
  readonly pause: Pause
}

/** As many lines wait while the database is away; after that the oldest are lost. */
const MAX_WAITING = 10_000

/** As many go into one statement. */
const MAX_BATCH = 200

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 10_000

/** So long a stop waits for what is still to be written. */
const CLOSING_MS = 2000

type Line<Kind extends HistoryLine['kind']> = Extract<HistoryLine, { kind: Kind }>

/** Writes the history behind the back of whoever adds to it, in order, and again where the database was away. */
export class HistoryWriter {
  readonly #parts: Parts
  readonly #closing = new AbortController()
  readonly #waiting: HistoryLine[] = []
  #working: Promise<void> | undefined
  /** Lines of which the database has not said yet that it has them. */
  #underWay = 0
  #isFull = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  add(line: HistoryLine): void {
    // As it is now: what it was made of may change before it is written.
    this.#waiting.push(line.kind === 'call' ? { ...line, seen: { ...line.seen } } : line)
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift()
      if (!this.#isFull)
        this.#parts.log.error({}, 'the database is away for too long: calls are lost to the history')
      this.#isFull = true
    }
    this.#working ??= this.#work()
  }

  async rewrite(): Promise<void> {
    await this.#parts.database.run(SWEEP_CALLS, [this.#parts.tooOld()])
  }

  async close(): Promise<void> {
    this.#closing.abort()
    const written = new AbortController()
    const working = this.#working?.then(() => {
      written.abort()
    })
    if (working !== undefined) await Promise.race([working, this.#parts.pause(CLOSING_MS, written.signal)])
    const lost = this.#waiting.length + this.#underWay
    if (lost > 0) this.#parts.log.error({ lines: lost }, 'the end of the call history could not be saved')
  }

  async #work(): Promise<void> {
    const { pause } = this.#parts
    const { signal } = this.#closing
    // What comes within this tick of the event loop goes together.
    await Promise.resolve()
    let failures = 0
    while (this.#waiting.length > 0) {
      const batch = this.#take()
      this.#underWay = batch.length
      const written = await this.#write(batch)
      this.#underWay = 0
      if (written.ok) {
        this.#isFull = false
        failures = 0
        continue
      }
      this.#waiting.unshift(...batch)
      // Once more at the end, and no more.
      if (signal.aborted) break
      await pause(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++), signal)
    }
    this.#working = undefined
  }

  /** The first ones, as far as they are of one kind. */
  #take(): HistoryLine[] {
    const kind = this.#waiting[0]?.kind
    const other = this.#waiting.findIndex((line) => line.kind !== kind)
    const length = other < 0 ? this.#waiting.length : other
    return this.#waiting.splice(0, Math.min(length, MAX_BATCH))
  }

  #write(batch: readonly HistoryLine[]): Promise<Result<unknown, Failure>> {
    const { database } = this.#parts
    const calls = batch.filter((line) => line.kind === 'call')
    if (calls.length > 0) return database.run(PUT_CALLS, valuesOf(calls))
    const dropped = (role: string) =>
      batch.flatMap((line) => (line.kind === 'drop' && line.role === role ? [line.call] : []))
    const forgotten = batch.flatMap((line) => (line.kind === 'forget' ? [line.user] : []))
    if (forgotten.length > 0) return database.run(FORGET_USERS, [forgotten])
    return database.run(DROP_CALLS, [dropped('caller'), dropped('callee')])
  }
}

/** Of a call that was written several times the last one counts: one statement writes a row once. */
function valuesOf(lines: readonly Line<'call'>[]): readonly unknown[] {
  const calls = [...new Map(lines.map((line) => [line.record.id, line])).values()]
  return [
    calls.map(({ record }) => record.id),
    calls.map(({ record }) => record.caller.id),
    calls.map(({ record }) => record.callee.id),
    calls.map(({ record }) => record.startedAt),
    calls.map(({ record }) => JSON.stringify(record)),
    calls.map(({ seen }) => seen.caller ?? null),
    calls.map(({ seen }) => seen.callee ?? null),
  ]
}
