import type { NamedMessage } from '../../../protocol/codec/named-message.ts'
import { takeEvents } from './events.ts'
import { errorOf } from './last-word.ts'
import type { Mailbox } from './mailbox.ts'

/** Where a stream goes. */
interface Out {
  /** Resolves once there is room for more; false where nobody has read for too long, or the client is gone. */
  readonly write: (text: string) => Promise<boolean>
  readonly gone: AbortSignal
}

/** With nothing to tell a comment is sent, so that both sides and proxies know that the other is there. */
const QUIET_MS = 15_000

/** Tells all after the number as Server-Sent Events, until the client leaves or another listens in its place. */
export async function streamEvents(mailbox: Mailbox, after: number, { write, gone }: Out): Promise<void> {
  const listens = mailbox.listen()
  let last = after
  if (!(await write(': roomrtc\n\n'))) return
  while (listens() && !gone.aborted) {
    const taken = takeEvents(mailbox, last)
    if (!taken.ok) break
    const { events, news } = taken.value
    const text = events.map(numberedEvent).join('') + news.map(plainEvent).join('')
    last = taken.value.last
    if (text !== '' && !(await write(text))) return
    if (text !== '' || !listens()) continue
    const before = mailbox.writes
    await mailbox.changed(QUIET_MS, gone)
    if (mailbox.writes === before && !(await write(':\n\n'))) return
  }
  const { lastWord } = mailbox
  if (lastWord !== undefined) await write(plainEvent(errorOf(lastWord)))
}

function numberedEvent(message: NamedMessage): string {
  return `id: ${String(message['seq'])}\n${plainEvent(message)}`
}

/** JSON has no line breaks, so one line of data holds it. */
function plainEvent(message: NamedMessage): string {
  return `event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`
}
