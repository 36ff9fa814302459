import type { RoomId, UserId } from '../../domain/ids.ts'
import type { Watching } from '../../domain/watching.ts'
import type { Session } from '../session.ts'
import { WatchIndex } from './watch-index.ts'

const NONE: readonly never[] = []

/**
 * Who is to be told of what: everybody's changes, or those of the users that it watches (WATCH-1). A change costs as much as
 * there are sessions that are told of it, however many there are.
 */
export class Audience {
  readonly #everybody = new Set<Session>()
  readonly users = new WatchIndex<UserId>()
  readonly rooms = new WatchIndex<RoomId>()

  /** Those who are told of all users. */
  get everybody(): ReadonlySet<Session> {
    return this.#everybody
  }

  /** As it watches already, if it does. */
  join(session: Session): void {
    this.#change(session, { users: NONE, rooms: NONE }, session.watching)
  }

  watch(session: Session, watching: Watching): void {
    this.#change(session, session.watching, watching)
    session.watching = watching
  }

  leave(session: Session): void {
    this.#change(session, session.watching, { users: NONE, rooms: NONE })
  }

  #change(session: Session, before: Watching | undefined, after: Watching | undefined): void {
    if (listensToAll(after)) this.#everybody.add(session)
    else this.#everybody.delete(session)
    change(this.users, session, usersOf(before), usersOf(after))
    change(this.rooms, session, before?.rooms ?? NONE, after?.rooms ?? NONE)
  }
}

/** Until its client says otherwise (WATCH-5). */
function listensToAll(watching: Watching | undefined): boolean {
  return watching === undefined || watching.users === 'everybody'
}

function usersOf(watching: Watching | undefined): readonly UserId[] {
  return watching === undefined || watching.users === 'everybody' ? NONE : watching.users
}

function change<Id extends string>(
  index: WatchIndex<Id>,
  session: Session,
  before: readonly Id[],
  after: readonly Id[],
): void {
  // A beginning or an end, as a rule: there is nothing to compare.
  const was = after.length === 0 ? undefined : new Set(before)
  const is = before.length === 0 ? undefined : new Set(after)
  for (const id of before) if (is?.has(id) !== true) index.remove(id, session)
  for (const id of after) if (was?.has(id) !== true) index.add(id, session)
}
