import type { SessionRecord, Sessions } from '../../../../application/ports/sessions.ts'
import type { SessionId, UserId } from '../../../../domain/ids.ts'
import type { Marks } from './marks.ts'

interface Overlaid {
  readonly sessions: Sessions
  readonly changed: ReadonlyMap<SessionId, SessionRecord | undefined>
}

/** `isOurs`: whether this node is the one that looks after the session when its time has run out. */
export function overlaySessions(
  base: Sessions,
  marks: Marks,
  isOurs: (session: SessionId) => boolean,
): Overlaid {
  const changed = new Map<SessionId, SessionRecord | undefined>()

  const sessions: Sessions = {
    async find(id) {
      if (changed.has(id)) return changed.get(id)
      const found = await base.find(id)
      if (found === undefined) return undefined
      // The version first: what is found afterwards is at least as new.
      marks.readUser(found.user.id)
      return base.find(id)
    },

    ofUser,

    async put(session) {
      marks.touchUser(session.user.id)
      changed.set(session.id, session)
      return Promise.resolve()
    },

    async remove(id) {
      const found = await sessions.find(id)
      if (found === undefined) return
      marks.touchUser(found.user.id)
      changed.set(id, undefined)
    },

    async detachedBy(instant) {
      const before = (await base.detachedBy(instant)).filter(({ id }) => !changed.has(id) && isOurs(id))
      for (const { user } of before) marks.readUser(user.id)
      const due = new Set(await base.detachedBy(instant))
      return before.filter((session) => due.has(session))
    },
  }

  return { sessions, changed }

  async function ofUser(user: UserId): Promise<readonly SessionRecord[]> {
    marks.readUser(user)
    const before = await base.ofUser(user)
    if (changed.size === 0) return before
    const known = new Set(before.map(({ id }) => id))
    const kept = before.flatMap((session) =>
      changed.has(session.id) ? (changed.get(session.id) ?? []) : session,
    )
    const added = [...changed.values()].filter(
      (session) => session !== undefined && session.user.id === user && !known.has(session.id),
    )
    return [...kept, ...added.flatMap((session) => session ?? [])]
  }
}
