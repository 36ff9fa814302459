import type { CallDetail, CallDetailLog } from '../../application/ports/call-detail-log.ts'
import type { Log } from '../../application/ports/system/log.ts'
import { namedFigures } from '../../domain/call-quality.ts'
import { type CallRecord, outcomeFor } from '../../domain/call-record.ts'
import type { PartyRole } from '../../domain/call.ts'
import { escapeJsonLine } from './log-escape.ts'
import { LogFile } from './log-file.ts'

interface Options {
  /** Empty: no records are written. */
  readonly path: string
  /** The ordinary log, for faults of this one. */
  readonly log: Log
}

export interface OwnCallDetailLog extends CallDetailLog {
  /** After the file was renamed: goes on in a new one. */
  reopen(): void
  close(): void
}

export const noCallDetailLog: OwnCallDetailLog = {
  write: () => undefined,
  reopen: () => undefined,
  close: () => undefined,
}

/** A line of JSON for each call that is over. Throws a StartupError if the file cannot be opened. */
export function createCallDetailLog({ path, log }: Options): OwnCallDetailLog {
  if (path === '') return noCallDetailLog
  const file = new LogFile(path, 'logging.cdr_file_path')
  return {
    write(detail) {
      file.write(escapeJsonLine(`${JSON.stringify(lineOf(detail))}\n`))
    },
    reopen() {
      const reopened = file.reopen()
      if (!reopened.ok) log.error({}, `${reopened.error}. Going on in the old one`)
    },
    close() {
      file.close()
    },
  }
}

function lineOf(detail: CallDetail): object {
  const { id: call_id, startedAt, answeredAt, endedAt, durationMs, reason, endedBy } = detail.record
  return {
    call_id,
    caller: partyOf('caller', detail),
    callee: partyOf('callee', detail),
    started_at: iso(startedAt),
    answered_at: answeredAt === undefined ? null : iso(answeredAt),
    ended_at: iso(endedAt),
    ring_ms: (answeredAt ?? endedAt) - startedAt,
    duration_ms: durationMs,
    outcome: outcomeFor('caller', detail.record),
    reason,
    ended_by: endedBy,
  }
}

function partyOf(role: PartyRole, { record, parties }: CallDetail): object {
  const { username, isGuest, transport = null } = parties[role]
  const guest = isGuest ? { guest: true } : {}
  return { user_id: record[role].id, username, ...guest, transport, quality: qualityOf(role, record) }
}

function qualityOf(role: PartyRole, { quality }: CallRecord): object | null {
  const told = quality?.[role]
  return told === undefined ? null : namedFigures(told)
}

function iso(unixMs: number): string {
  return new Date(unixMs).toISOString()
}
