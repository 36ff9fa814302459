import type { SessionId, UserId } from '../domain/ids.ts'
import type { Session } from './session.ts'

/** The only map from a session or a user to where it can be reached. */
export class Registry {
  readonly #byId = new Map<SessionId, Session>()
  readonly #byUser = new Map<UserId, Session>()

  add(session: Session): void {
    this.#byId.set(session.id, session)
    this.#byUser.set(session.user.id, session)
  }

  remove(id: SessionId): Session | undefined {
    const session = this.#byId.get(id)
    if (session === undefined) return undefined
    this.#byId.delete(id)
    if (this.#byUser.get(session.user.id) === session) this.#byUser.delete(session.user.id)
    return session
  }

  get(id: SessionId): Session | undefined {
    return this.#byId.get(id)
  }

  ofUser(user: UserId): Session | undefined {
    return this.#byUser.get(user)
  }

  get size(): number {
    return this.#byId.size
  }

  all(): Iterable<Session> {
    return this.#byId.values()
  }
}
