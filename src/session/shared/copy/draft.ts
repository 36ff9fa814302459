import type { Effect, Outcome } from '../../../application/effect.ts'
import type { BoxUpdate, Commit } from '../../../application/ports/shared-state.ts'
import type { CallStore } from '../../../application/ports/call-store.ts'
import type { Asker, Tx } from '../../../application/ports/transaction.ts'
import type { SessionId } from '../../../domain/ids.ts'
import { writeEntry } from '../boxes/entry.ts'
import { roomKey, userKey } from './keys.ts'
import { owedBy } from '../boxes/owed-by.ts'
import { writeNews } from '../news.ts'
import { createMarks, type Marks } from './overlay/marks.ts'
import { overlayCalls } from './overlay/overlay-calls.ts'
import { overlayPresence } from './overlay/overlay-presence.ts'
import { overlayRooms } from './overlay/overlay-rooms.ts'
import { overlaySessions } from './overlay/overlay-sessions.ts'
import { type Home, recordKey, writeSession } from './records.ts'
import type { Replica } from './replica.ts'
import type { SessionBoxes } from '../boxes/session-boxes.ts'

interface Deps {
  readonly replica: Replica
  readonly node: string
  readonly wallMs: () => number
  /** The time of all nodes, in milliseconds. */
  readonly nowMs: () => number
  /** An empty store. */
  readonly scratchCalls: () => CallStore
}

/** A decision in the making: what it sees and writes, and the commit that comes of it. */
export interface Draft {
  readonly tx: Tx
  /** Whose session asks has been changed meanwhile: it may have gone on by another connection, even here. */
  readonly isLate: () => boolean
  /** What it has looked at until now. */
  readonly reads: Marks['reads']
  /** Undefined where nothing has changed, so that there is nothing to be kept. */
  commitOf(outcome: Outcome, boxes: SessionBoxes): Promise<Omit<Commit, 'id'> | undefined>
}

export function makeDraft(
  { replica, node, wallMs, nowMs, scratchCalls }: Deps,
  asker: Asker | undefined,
): Draft {
  const marks = createMarks((key) => replica.versionOf(key))
  const by = asker?.counted && replica.sessions.get(asker.counted)
  // Who asks is looked at before anything else: if its session goes on elsewhere from here on, this is not carried out.
  if (by !== undefined) marks.readUser(by.record.user.id)
  const { stores } = replica
  const overlaid = {
    sessions: overlaySessions(stores.sessions, marks, (session) => replica.isOurs(session)),
    calls: overlayCalls(stores.calls, scratchCalls(), marks, (call) => replica.isOurCall(call)),
    rooms: overlayRooms(stores.rooms, marks, () => replica.isFirst),
    presence: overlayPresence(stores.presence, marks),
  }
  const tx: Tx = {
    sessions: overlaid.sessions.sessions,
    calls: overlaid.calls.calls,
    rooms: overlaid.rooms.rooms,
    presence: overlaid.presence.presence,
  }
  const own = by && userKey(by.record.user.id)
  return {
    tx,
    isLate: () => own !== undefined && marks.reads.get(own) !== replica.versionOf(own),
    reads: marks.reads,

    async commitOf(outcome, boxes) {
      if (!outcome.ok) return undefined
      const effects = outcome.value
      const changesNothing = marks.users.size + marks.rooms.size === 0
      // News of messages are told everywhere, though nothing that nodes share has changed.
      if (changesNothing && !effects.some(({ kind }) => kind === 'message-news')) return undefined
      const updates: BoxUpdate[] = []
      for (const effect of effects) {
        updates.push(...(await boxesOf(effect)))
      }
      if (asker?.counted !== undefined) updates.push({ kind: 'took', session: asker.counted, count: 1 })
      return {
        touches: [...[...marks.users].map(userKey), ...[...marks.rooms].map(roomKey)],
        forgets: await forgotten(),
        writes: await writes(effects),
        boxes: updates,
        news: writeNews({ at: nowMs(), effects }),
        // The last, since what goes into outboxes looks at whose they are.
        reads: marks.reads,
      }

      async function boxesOf(effect: Effect): Promise<readonly BoxUpdate[]> {
        const { kind } = effect
        if (kind === 'session-opened')
          return (await canResume(effect.session)) ? [boxes.opened(effect.session)] : []
        if (kind === 'session-attached') return [boxes.attached(effect.session)]
        if (kind === 'session-detached') return [{ kind: 'detach', session: effect.session }]
        if (kind === 'session-ended') return [boxes.ended(effect)]
        const owed = await owedBy(tx, effect, asker?.requestId)
        return owed.map(({ sessions, owed: message }) => ({
          kind: 'owe',
          sessions: sessions.map(({ id }) => id),
          entry: writeEntry(message),
        }))
      }
    },
  }

  async function canResume(id: SessionId): Promise<boolean> {
    return (await tx.sessions.find(id))?.capabilities.has('resume') === true
  }

  /** Of whom and of what nothing is left: a version would stay for ever. */
  async function forgotten(): Promise<readonly string[]> {
    const gone: string[] = []
    for (const user of marks.users)
      if ((await tx.sessions.ofUser(user)).length === 0 && (await tx.calls.liveCallOf(user)) === undefined)
        gone.push(userKey(user))
    for (const room of marks.rooms) if ((await tx.rooms.find(room)) === undefined) gone.push(roomKey(room))
    return gone
  }

  async function writes(effects: readonly Effect[]): Promise<ReadonlyMap<string, string | undefined>> {
    const all = new Map<string, string | undefined>()
    for (const [id, session] of overlaid.sessions.changed) {
      const key = recordKey('session', id)
      all.set(key, session && writeSession(session, homeOf(id, effects)))
    }
    for (const [id, call] of await overlaid.calls.changed())
      all.set(recordKey('call', id), call && JSON.stringify(call))
    for (const [id, room] of overlaid.rooms.changed)
      all.set(recordKey('room', id), room && JSON.stringify(room))
    for (const [id, online] of overlaid.presence.changed)
      all.set(recordKey('presence', id), online && JSON.stringify(online))
    return all
  }

  /** A session is where it was, unless it has just come here. */
  function homeOf(id: SessionId, effects: readonly Effect[]): Home {
    const before = replica.homeOf(id)
    const comes = effects.some(
      (effect) =>
        (effect.kind === 'session-opened' || effect.kind === 'session-attached') && effect.session === id,
    )
    if (!comes && before !== undefined) return before
    const { client = '', transport = '' } = asker ?? {}
    const device = { client, transport, since: before?.device.since ?? wallMs() }
    return { node, device, came: nowMs() }
  }
}
