import type { Session } from '../session.ts'

/** The changes of passwords by their users, for whoever has to tell them from those by others. */
export interface OwnChanges {
  /** `done`: whether the password is another one then. */
  readonly begins: (session: Session, done: Promise<boolean>) => void
  /** Whether the session's user has changed the password by it; one that is under way is waited for. */
  readonly hasChanged: (session: Session) => Promise<boolean>
}

export function makeOwnChanges(): OwnChanges {
  const last = new WeakMap<Session, Promise<boolean>>()
  return {
    begins(session, done) {
      last.set(session, done)
    },
    async hasChanged(session) {
      return (await last.get(session)) ?? false
    },
  }
}
