import { ok, type Result } from '../../../domain/result.ts'
import type { HttpRefusal } from '../answers.ts'
import { acknowledge, type Events, takeEvents } from './events.ts'
import type { Mailbox } from './mailbox.ts'

/** All after the number: at once where there is something, else when there is, or after so long with nothing. */
export async function longPoll(
  mailbox: Mailbox,
  after: number,
  waitMs: number,
  gone: AbortSignal,
): Promise<Result<Events, HttpRefusal>> {
  const acknowledging = acknowledge(mailbox, after)
  if (!acknowledging.ok) return acknowledging
  const listens = mailbox.listen()
  if (isSomethingNew(mailbox, after) || waitMs === 0) return takeEvents(mailbox, after)
  await mailbox.changed(waitMs, gone)
  // Whoever asks in its place, or asks again since nobody reads this, is told instead.
  if (!gone.aborted && (listens() || mailbox.isOver)) return takeEvents(mailbox, after)
  return ok({ events: [], news: [], last: after })
}

function isSomethingNew(mailbox: Mailbox, after: number): boolean {
  return mailbox.hasNews || (mailbox.session?.resumption?.outbox.nextSeq ?? 0) > after + 1
}
