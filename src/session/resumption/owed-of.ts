import type { Owed } from '../../application/ports/session-journal.ts'
import { messageTable, type ServerMessage } from '../../protocol/message-table.ts'
import { subjectOf } from '../../protocol/subject.ts'

/** A message as it is kept for a client. */
export function owedOf({ type, payload }: ServerMessage, requestId?: string): Owed {
  const owed = { code: messageTable[type].code, text: JSON.stringify(payload), requestId }
  return { ...owed, ...subjectOf(payload) }
}
