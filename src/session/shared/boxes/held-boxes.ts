import type { BoxUpdate } from '../../../application/ports/shared-state.ts'
import type { Registry } from '../../registry.ts'
import type { Session } from '../../session.ts'
import type { Resumption } from '../../resumption/resumption.ts'
import { writeEntry } from './entry.ts'
import type { Mail } from './mail.ts'

/** What makes the boxes of this node's sessions what it knows of them. What it has posted and is not kept comes on top of that. */
export function heldBoxes(registry: Registry, mail: Pick<Mail, 'underWay'>): readonly BoxUpdate[] {
  const { tooks, replaced } = mail.underWay()
  const boxes: BoxUpdate[] = []
  for (const session of registry.all()) {
    const { resumption } = session
    if (resumption !== undefined) boxes.push(...boxOf(session, resumption, tooks.get(session.id) ?? 0))
  }
  // What was refused in the place of these commits is counted in `received`.
  for (const { session, insteadOf } of replaced) boxes.push({ kind: 'took', session, count: 0, insteadOf })
  return boxes
}

/** `later`: so many messages of its client are counted by what is not kept yet. */
function boxOf({ id, endpoint }: Session, resumption: Resumption, later: number): readonly BoxUpdate[] {
  const { outbox, received } = resumption
  const { current, previous } = resumption.tokens
  const tokens = { current, previous }
  const entries = outbox.messages.map((owed) => writeEntry(owed))
  const sent = endpoint === undefined ? outbox.sentCount : entries.length
  return [
    { kind: 'open', session: id, tokens },
    {
      ...{ kind: 'attach', session: id, tokens, expectedNext: 1 },
      ...{ firstSeq: outbox.firstSeq, entries: entries.slice(0, sent) },
    },
    { kind: 'took', session: id, count: received - later },
    ...(endpoint === undefined ? [{ kind: 'detach', session: id } as const] : []),
    ...entries.slice(sent).map((entry) => ({ kind: 'owe', sessions: [id], entry }) as const),
  ]
}
