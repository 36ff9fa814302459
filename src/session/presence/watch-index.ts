import type { Session } from '../session.ts'

const NOBODY: readonly Session[] = []

/** A list of so many is searched faster than a set takes up the memory for them. */
const LARGEST_LIST = 256

interface Watched<Id> {
  /** The one text of it that is kept: each client has sent its own. */
  readonly id: Id
  sessions: Session[] | Set<Session>
}

/** Which sessions watch what, by that. What nobody watches takes no room. */
export class WatchIndex<Id extends string> {
  readonly #watched = new Map<Id, Watched<Id>>()

  /** How many different ones are watched. */
  get size(): number {
    return this.#watched.size
  }

  of(id: Id): Iterable<Session> {
    return this.#watched.get(id)?.sessions ?? NOBODY
  }

  countOf(id: Id): number {
    const sessions = this.#watched.get(id)?.sessions ?? NOBODY
    return 'size' in sessions ? sessions.size : sessions.length
  }

  /** The same id, in the text that is kept of it already, if any is. */
  known(id: Id): Id {
    return this.#watched.get(id)?.id ?? id
  }

  add(id: Id, session: Session): void {
    const watched = this.#watched.get(id)
    if (watched === undefined) this.#watched.set(id, { id, sessions: [session] })
    else if (!Array.isArray(watched.sessions)) watched.sessions.add(session)
    else if (watched.sessions.push(session) > LARGEST_LIST) watched.sessions = new Set(watched.sessions)
  }

  remove(id: Id, session: Session): void {
    const sessions = this.#watched.get(id)?.sessions
    if (sessions === undefined) return
    if (!Array.isArray(sessions)) sessions.delete(session)
    else removeFrom(sessions, session)
    if (this.countOf(id) === 0) this.#watched.delete(id)
  }
}

/** Their order is of no account. */
function removeFrom(sessions: Session[], session: Session): void {
  const index = sessions.indexOf(session)
  const last = index === -1 ? undefined : sessions.pop()
  if (last !== undefined && last !== session) sessions[index] = last
}
