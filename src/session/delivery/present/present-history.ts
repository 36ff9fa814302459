import type { HistoryPage } from '../../../application/history/history-effect.ts'
import type { ServerMessage } from '../../../protocol/message-table.ts'
import { writeHistoryCursor } from '../../../protocol/history-cursor.ts'

/** A page of the history, in the words of the wire. */
export function presentHistory({
  calls,
  unseen,
  next,
}: HistoryPage): Extract<ServerMessage, { type: 'HISTORY' }> {
  const entries = calls.map(({ record, role, outcome, seen, peer }) => ({
    call_id: record.id,
    peer_user_id: peer.id,
    peer_username: peer.username,
    direction: role === 'caller' ? ('outgoing' as const) : ('incoming' as const),
    outcome,
    started_at: record.startedAt,
    duration_ms: record.durationMs,
    seen,
  }))
  const further = next === undefined ? {} : { next_cursor: writeHistoryCursor(next) }
  return { type: 'HISTORY', payload: { entries, unseen, ...further } }
}
