import { readHistoryLine } from '../../history-file/history-line.ts'
import type { Remembered } from '../../history-file/kept-histories.ts'
import type { Statement } from '../database.ts'

/** A row of `roomrtc.calls`; `int8` comes as text. */
export interface CallRow {
  readonly number: string
  readonly id: string
  readonly record: unknown
  readonly caller_seen: boolean | null
  readonly callee_seen: boolean | null
}

const COLUMNS = 'number, id, record, caller_seen, callee_seen'

/** In the order in which they were taken down, from a number on. */
export const PAGE_OF_CALLS: Statement = {
  name: 'page_of_calls',
  text: `SELECT ${COLUMNS} FROM roomrtc.calls WHERE number > $1 ORDER BY number LIMIT $2`,
}

export const FIND_CALLS: Statement = {
  name: 'find_calls',
  text: `SELECT ${COLUMNS} FROM roomrtc.calls WHERE id = ANY ($1::text[])`,
}

/** What was seen stays seen, and what has gone from a history stays gone, whoever writes the call again. */
export const PUT_CALLS: Statement = {
  name: 'put_calls',
  text: `INSERT INTO roomrtc.calls AS old (id, caller, callee, started_at, record, caller_seen, callee_seen)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::boolean[], $7::boolean[])
    ON CONFLICT (id) DO UPDATE SET record = excluded.record,
      caller_seen = CASE WHEN old.caller_seen THEN true WHEN NOT old.caller_seen THEN coalesce(excluded.caller_seen, false) END,
      callee_seen = CASE WHEN old.callee_seen THEN true WHEN NOT old.callee_seen THEN coalesce(excluded.callee_seen, false) END`,
}

export const DROP_CALLS: Statement = {
  name: 'drop_calls',
  text: `UPDATE roomrtc.calls SET
      caller_seen = CASE WHEN id = ANY ($1::text[]) THEN NULL ELSE caller_seen END,
      callee_seen = CASE WHEN id = ANY ($2::text[]) THEN NULL ELSE callee_seen END
    WHERE id = ANY ($1::text[] || $2::text[])`,
}

/** Only who is gone indeed: a process may not have heard yet of an account that was made at another one. */
export const FORGET_USERS: Statement = {
  name: 'forget_users',
  text: `WITH gone AS (SELECT array_agg(wanted.id) AS ids FROM unnest($1::text[]) AS wanted (id)
      WHERE NOT EXISTS (SELECT FROM roomrtc.accounts AS account WHERE account.id = wanted.id))
    UPDATE roomrtc.calls SET
      caller_seen = CASE WHEN caller = ANY (gone.ids) THEN NULL ELSE caller_seen END,
      callee_seen = CASE WHEN callee = ANY (gone.ids) THEN NULL ELSE callee_seen END
    FROM gone WHERE caller = ANY (gone.ids) OR callee = ANY (gone.ids)`,
}

/** What is in nobody's history, or too old. */
export const SWEEP_CALLS: Statement = {
  name: 'sweep_calls',
  text: `DELETE FROM roomrtc.calls WHERE started_at < $1 OR (caller_seen IS NULL AND callee_seen IS NULL)`,
}

/** Undefined for a row that this program cannot read. */
export function callOf({ record, caller_seen, callee_seen }: CallRow): Remembered | undefined {
  const seen = { caller: caller_seen ?? undefined, callee: callee_seen ?? undefined }
  const line = readHistoryLine(JSON.stringify({ kind: 'call', record, seen }))
  return line?.kind === 'call' ? { record: line.record, seen: line.seen } : undefined
}
