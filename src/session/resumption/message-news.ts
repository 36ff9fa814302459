import type { Owed } from '../../application/ports/session-journal.ts'
import { messageTable } from '../../protocol/message-table.ts'

/** So many text messages wait for a client that is away. */
const MAX_WAITING = 100

const MESSAGE = messageTable.MESSAGE.code

/** A text message, of which the history has all. */
export function isMessage({ code }: Owed): boolean {
  return code === MESSAGE
}

/**
 * Which text messages wait no longer, the oldest first, so that those who write to somebody that is away cannot cost it its
 * session: they do not count among the frames, and take half of the bytes at most.
 */
export function dropsMessages<Kept extends Owed & { readonly bytes: number }>(
  unsent: readonly Kept[],
  maxBytes: number,
): ReadonlySet<Kept> {
  const messages = unsent.filter(isMessage)
  const dropped = new Set<Kept>()
  let bytes = messages.reduce((sum, message) => sum + message.bytes, 0)
  for (const [index, message] of messages.entries()) {
    if (messages.length - index <= MAX_WAITING && bytes <= maxBytes / 2) break
    dropped.add(message)
    bytes -= message.bytes
  }
  return dropped
}
