import type { SessionId, UserId } from '../domain/ids.ts'
import { Audience } from './presence/audience.ts'
import type { Session } from './session.ts'

const NONE: readonly Session[] = []

/** The only map from a session or a user to where it can be reached. */
export class Registry {
  readonly #byId = new Map<SessionId, Session>()
  /** Those that other nodes have are not among them. */
  readonly #here = new Set<Session>()
  readonly #byUser = new Map<UserId, readonly Session[]>()
  /** Which of them are told of what. */
  readonly audience = new Audience()

  add(session: Session): void {
    this.#byId.set(session.id, session)
    this.settle(session)
    const { id } = session.user
    this.#byUser.set(id, [...this.ofUser(id), session])
  }

  remove(id: SessionId): Session | undefined {
    const session = this.#byId.get(id)
    if (session === undefined) return undefined
    this.#byId.delete(id)
    this.#here.delete(session)
    this.audience.leave(session)
    const left = this.ofUser(session.user.id).filter((other) => other !== session)
    if (left.length === 0) this.#byUser.delete(session.user.id)
    else this.#byUser.set(session.user.id, left)
    return session
  }

  get(id: SessionId): Session | undefined {
    return this.#byId.get(id)
  }

  /** All of a user's, the oldest first. */
  ofUser(user: UserId): readonly Session[] {
    return this.#byUser.get(user) ?? NONE
  }

  /** It has come here, or gone elsewhere. */
  settle(session: Session): void {
    if (session.elsewhere === undefined) {
      this.#here.add(session)
      this.audience.join(session)
    } else {
      this.#here.delete(session)
      this.audience.leave(session)
    }
  }

  /** Of those that are here. */
  get size(): number {
    return this.#here.size
  }

  /** Those that are here. */
  all(): Iterable<Session> {
    return this.#here
  }

  /** Those that other nodes have, too. */
  everywhere(): Iterable<Session> {
    return this.#byId.values()
  }
}
