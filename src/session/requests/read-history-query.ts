import type { HistoryQuery } from '../../application/ports/call-history.ts'
import { parseCallId } from '../../domain/ids.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import { readHistoryCursor } from '../../protocol/history-cursor.ts'
import { type HistoryRequest, MAX_HISTORY_PAGE } from '../../protocol/messages/history.ts'
import type { WireRefusal } from '../conversation/present-refusal.ts'

/** From the words of the wire to ours (HIST-3). */
export function readHistoryQuery({
  cursor,
  limit = MAX_HISTORY_PAGE,
  missed = false,
}: HistoryRequest): Result<HistoryQuery, WireRefusal> {
  if (cursor === undefined) return ok({ missed, limit })
  const read = readHistoryCursor(cursor)
  const call = read === undefined ? undefined : parseCallId(read.call)
  if (read !== undefined && call !== undefined)
    return ok({ missed, limit, after: { startedAt: read.startedAt, call } })
  const detail = 'HISTORY_REQUEST: "cursor" is not one that HISTORY has given'
  return err({ reason: 'invalid_field', detail })
}
