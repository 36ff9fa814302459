import type { CallHistory, HistoryQuery, SeenCalls } from '../../application/ports/call-history.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { type CallRecord, outcomeFor } from '../../domain/call-record.ts'
import type { PartyRole } from '../../domain/call.ts'
import type { CallId, UserId } from '../../domain/ids.ts'
import { HistoryFile } from './history-file.ts'
import type { HistoryLog } from './history-log.ts'
import { type HistoryLimits, KeptHistories, type Remembered } from './kept-histories.ts'
import { readHistory } from './read-history.ts'

interface Options {
  readonly limits: HistoryLimits & { readonly keepDays: number }
  readonly clock: Clock
}

const DAY_MS = 86_400_000

/** How often it is looked for what is too old. What is forgotten is out of the file by then as well. */
const SWEPT_EVERY_MS = 3_600_000

/** In memory only. */
export function createCallHistory(options: Options): CallHistory {
  return new History(options, new KeptHistories(options.limits), undefined)
}

/** Takes up what an earlier run has left in the file. Throws a StartupError where that cannot be read. */
export async function openCallHistory({
  path,
  log,
  ...options
}: Options & { readonly path: string; readonly log: Log }): Promise<CallHistory> {
  const { limits, clock } = options
  const histories = new KeptHistories(limits)
  const read = await readHistory(path)
  if (!read.ok) throw new StartupError([`${path}: the call history cannot be read: ${read.error}`])
  if (read.value.unread > 0)
    log.warn({ path, lines: read.value.unread }, 'lines of the call history cannot be read and are left out')
  for (const call of read.value.calls) histories.put(call)
  histories.expire(clock.wallMs() - limits.keepDays * DAY_MS)
  const file = new HistoryFile({ path, clock, log, all: () => written(histories.all()) })
  histories.dropped = (call, role) => {
    file.add({ kind: 'drop', call, role })
  }
  await file.rewrite()
  return new History(options, histories, file)
}

/** What is kept in memory, and is written elsewhere too. */
export function callHistoryOver(options: Options, histories: KeptHistories, log: HistoryLog): CallHistory {
  return new History(options, histories, log)
}

class History implements CallHistory {
  readonly #options: Options
  readonly #histories: KeptHistories
  readonly #file: HistoryLog | undefined
  #sweepAt: number
  /** Something has been forgotten that the file may still have. */
  #isStale = false

  constructor(options: Options, histories: KeptHistories, file: HistoryLog | undefined) {
    this.#options = options
    this.#histories = histories
    this.#file = file
    this.#sweepAt = options.clock.monotonicMs() + SWEPT_EVERY_MS
  }

  get size(): number {
    return this.#histories.size
  }

  get isHolding(): boolean {
    return this.#file?.isHolding === true
  }

  add(record: CallRecord, kept: readonly PartyRole[]): void {
    if (kept.length === 0) return
    const seen = Object.fromEntries(
      kept.map((role) => [role, role === 'caller' || outcomeFor(role, record) !== 'missed']),
    )
    this.#histories.put({ record, seen })
    this.#write(record.id)
  }

  amend(record: CallRecord): void {
    const present = this.#histories.find(record.id)
    if (present === undefined) return
    this.#histories.put({ record, seen: { ...present.seen } })
    this.#write(record.id)
  }

  page(user: UserId, query: HistoryQuery) {
    return this.#histories.page(user, query)
  }

  unseen(user: UserId): number {
    return this.#histories.unseen(user)
  }

  markSeen(user: UserId, which: SeenCalls): void {
    for (const { record } of this.#histories.markSeen(user, which)) this.#write(record.id)
  }

  forget(user: UserId): void {
    if (!this.#histories.forget(user)) return
    this.#isStale = true
    this.#file?.add({ kind: 'forget', user })
  }

  users(): Iterable<UserId> {
    return this.#histories.users
  }

  release(): void {
    this.#file?.release()
  }

  tick(): void {
    const { clock, limits } = this.#options
    this.#file?.tick()
    if (clock.monotonicMs() < this.#sweepAt) return
    this.#sweepAt = clock.monotonicMs() + SWEPT_EVERY_MS
    const expired = this.#histories.expire(clock.wallMs() - limits.keepDays * DAY_MS)
    if (expired === 0 && !this.#isStale) return
    this.#isStale = false
    void this.#file?.rewrite()
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  #write(call: CallId): void {
    const remembered: Remembered | undefined = this.#histories.find(call)
    if (remembered !== undefined && isWritten(remembered)) this.#file?.add({ kind: 'call', ...remembered })
  }
}

/** Nothing of a guest is on disk (GUEST-4). */
function isWritten({ record: { caller, callee } }: Remembered): boolean {
  return caller.guestName === undefined && callee.guestName === undefined
}

function* written(calls: Iterable<Remembered>): Iterable<Remembered> {
  for (const call of calls) if (isWritten(call)) yield call
}
