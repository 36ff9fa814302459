import type { SessionRecord, Sessions } from '../../application/ports/sessions.ts'
import type { SessionId, UserId } from '../../domain/ids.ts'

const NONE: readonly SessionRecord[] = []

export function createMemorySessions(): Sessions {
  const sessions = new Map<SessionId, SessionRecord>()
  const byUser = new Map<UserId, readonly SessionId[]>()
  // In the order of their detachment, so that the earliest are found without a search.
  const detached = new Map<SessionId, number>()

  return {
    find: (id) => Promise.resolve(sessions.get(id)),

    ofUser: (user) => Promise.resolve(byUser.get(user)?.flatMap((id) => sessions.get(id) ?? []) ?? NONE),

    put(session) {
      const { id, user, detachedSince } = session
      if (!sessions.has(id)) byUser.set(user.id, [...(byUser.get(user.id) ?? []), id])
      sessions.set(id, session)
      if (detachedSince === undefined) detached.delete(id)
      else if (detached.get(id) !== detachedSince) {
        detached.delete(id)
        detached.set(id, detachedSince)
      }
      return Promise.resolve()
    },

    remove(id) {
      const session = sessions.get(id)
      if (session !== undefined) {
        const left = byUser.get(session.user.id)?.filter((other) => other !== id) ?? []
        if (left.length === 0) byUser.delete(session.user.id)
        else byUser.set(session.user.id, left)
      }
      sessions.delete(id)
      detached.delete(id)
      return Promise.resolve()
    },

    detachedBy(instant) {
      const found: SessionRecord[] = []
      for (const [id, since] of detached) {
        if (since > instant) break
        const session = sessions.get(id)
        if (session !== undefined) found.push(session)
      }
      return Promise.resolve(found)
    },
  }
}
