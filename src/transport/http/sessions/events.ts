import { err, ok, type Result } from '../../../domain/result.ts'
import { named, type NamedMessage } from '../../../protocol/codec/named-message.ts'
import { numbered } from '../../../protocol/codec/encode-message.ts'
import { neverSent } from '../../../session/conversation/never-sent.ts'
import type { HttpRefusal } from '../answers.ts'
import { withoutOwnId } from './own-id.ts'
import type { Mailbox } from './mailbox.ts'

/** What a client has not been told yet. */
export interface Events {
  /** Of calls, each with its `seq`. */
  readonly events: readonly NamedMessage[]
  /** Of everything else the last state. */
  readonly news: readonly NamedMessage[]
  /** The number of the last event. */
  readonly last: number
}

/** Lets go of what the client has, up to this number. */
export function acknowledge(mailbox: Mailbox, seq: number): Result<undefined, HttpRefusal> {
  const resumption = mailbox.session?.resumption
  if (resumption === undefined) return err(mailbox.lastWord ?? { reason: 'unknown_session' })
  const fault = neverSent('after', seq, resumption.outbox)
  if (fault !== undefined) return err(fault)
  if (seq + 1 < resumption.outbox.firstSeq) return err({ reason: 'events_lost' })
  resumption.acknowledge(seq)
  return ok(undefined)
}

/** The number up to which the client has acknowledged. */
export function acknowledged(mailbox: Mailbox): number {
  return (mailbox.session?.resumption?.outbox.firstSeq ?? 1) - 1
}

/** All after the number. What is taken of the news is not told again. */
export function takeEvents(mailbox: Mailbox, after: number): Result<Events, HttpRefusal> {
  const outbox = mailbox.session?.resumption?.outbox
  if (outbox === undefined) return err(mailbox.lastWord ?? { reason: 'unknown_session' })
  if (after + 1 < outbox.firstSeq) return err({ reason: 'events_lost' })
  const events = [...outbox.after(after)].map((owed) =>
    withoutOwnId(named(owed.code, numbered(owed, owed.seq))),
  )
  return ok({ events, news: mailbox.takeNews(), last: outbox.nextSeq - 1 })
}
