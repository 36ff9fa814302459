import type { CallHistory } from '../../../application/ports/call-history.ts'
import type { Clock } from '../../../application/ports/system/clock.ts'
import type { Log } from '../../../application/ports/system/log.ts'
import type { Pause } from '../../../application/ports/system/pause.ts'
import { StartupError } from '../../../application/ports/system/startup-error.ts'
import { type CallId, parseCallId } from '../../../domain/ids.ts'
import { callHistoryOver } from '../../history-file/call-history.ts'
import type { HistoryLog } from '../../history-file/history-log.ts'
import { type HistoryLimits, KeptHistories } from '../../history-file/kept-histories.ts'
import type { Database } from '../database.ts'
import { causeOf } from '../failure.ts'
import { Feed, type Reader } from '../feed.ts'
import { nameOf, type PostgresSettings } from '../settings.ts'
import { callOf, type CallRow, FIND_CALLS, PAGE_OF_CALLS } from './call-rows.ts'
import { HistoryWriter } from './history-writer.ts'

export interface HistoryOptions {
  readonly limits: HistoryLimits & { readonly keepDays: number }
  readonly clock: Clock
}

interface Parts extends HistoryOptions {
  readonly settings: PostgresSettings
  readonly database: Database
  readonly log: Log
  readonly pause: Pause
  readonly fraction: () => number
}

const DAY_MS = 86_400_000
const PAGE = 2000

/**
 * The call history in a table and, bounded as it is with a file, in memory. It is written a moment after it was taken down, so
 * that nobody waits; what other processes write is told here.
 */
export async function openPostgresHistory(parts: Parts): Promise<CallHistory> {
  const { settings, database, limits, clock, log, pause, fraction } = parts
  const histories = new KeptHistories(limits)
  const tooOld = () => clock.wallMs() - limits.keepDays * DAY_MS
  const writer = new HistoryWriter({ database, tooOld, log, pause })
  await writer.rewrite()

  const take = (row: CallRow): void => {
    const call = callOf(row)
    if (call !== undefined) histories.put(call)
  }
  /** One after another, so that nothing older takes the place of what is newer. */
  let last: Promise<unknown> = Promise.resolve()
  let isStale = false
  const look = (ids: readonly CallId[]): void => {
    last = last.then(async () => {
      const found = await database.run<CallRow>(FIND_CALLS, [ids])
      isStale ||= !found.ok
      if (!found.ok) return
      const there = new Set(found.value.map(({ id }) => id))
      for (const row of found.value) take(row)
      for (const id of ids) if (!there.has(id)) histories.remove(id)
    })
  }
  const readAll = async (by: Reader): Promise<void> => {
    for (let at = '0'; ;) {
      const { rows } = await by.query<CallRow>({ ...PAGE_OF_CALLS, values: [at, PAGE] })
      for (const row of rows) take(row)
      const end = rows.at(-1)
      if (end === undefined) break
      at = end.number
    }
    isStale = false
  }

  const feed = await Feed.open({
    settings,
    channel: 'roomrtc_calls',
    heard(payload) {
      const ids = payload.split(' ').flatMap((text) => parseCallId(text) ?? [])
      if (ids.length > 0) look(ids)
    },
    connected: readAll,
    checked: (by) => (isStale ? readAll(by) : Promise.resolve()),
    log,
    pause,
    fraction,
  }).catch((error: unknown) => {
    throw new StartupError([`${nameOf(settings)}: the call history cannot be read: ${causeOf(error)}`])
  })
  histories.dropped = (call, role) => {
    writer.add({ kind: 'drop', call, role })
  }
  const all: HistoryLog = {
    // Nobody is to wait for a database.
    isHolding: false,
    add: (line) => {
      writer.add(line)
    },
    release: () => undefined,
    tick: () => undefined,
    rewrite: () => writer.rewrite(),
    async close() {
      await feed.close()
      await last
      await writer.close()
    },
  }
  return callHistoryOver({ limits, clock }, histories, all)
}
