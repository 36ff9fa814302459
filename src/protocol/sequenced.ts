import { messagesByCode, messageTable, type ServerMessage } from './message-table.ts'

/** Whether a message type belongs to a call: from a client it is counted, and an ERROR about it is sequenced. */
export function belongsToCall(code: number): boolean {
  return messagesByCode.get(code)?.sequenced === true
}

/** Whether a resumable session must get the message exactly once, whatever becomes of its connection (RESUME-1). */
export function isSequenced({ type, payload }: ServerMessage): boolean {
  if (type !== 'ERROR') return belongsToCall(messageTable[type].code)
  return payload.in_reply_to !== undefined && belongsToCall(payload.in_reply_to)
}
