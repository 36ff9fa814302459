import { messagesByCode, messageTable, type ServerMessage } from './message-table.ts'

/** Whether a message type belongs to a call: from a client it is counted, and an ERROR about it is sequenced. */
export function belongsToCall(code: number): boolean {
  return messagesByCode.get(code)?.sequenced === true
}

/** Whether a resumable session must get the message exactly once, whatever becomes of its connection (RESUME-1). */
export function isSequenced(message: ServerMessage): boolean {
  if (message.type !== 'ERROR') return sequencedTypes.has(message.type)
  const { in_reply_to: about } = message.payload
  return about !== undefined && belongsToCall(about)
}

const sequencedTypes: ReadonlySet<string> = new Set(
  Object.entries(messageTable).flatMap(([name, entry]) => ('sequenced' in entry ? [name] : [])),
)
