import type { UserId } from '../../domain/ids.ts'
import { ok } from '../../domain/result.ts'
import type { Watching } from '../../domain/watching.ts'
import type { Outcome } from '../effect.ts'
import type { SessionRecord } from '../ports/sessions.ts'
import type { Tx } from '../ports/transaction.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { ViewWatched } from './view-watched.ts'

interface Deps {
  readonly viewWatched: ViewWatched
}

/** `names`: those of `NamesToTell`. */
export type Watch = (
  tx: Tx,
  by: SessionRecord,
  watching: Watching,
  names: ReadonlyMap<UserId, string>,
) => Promise<Outcome>

/** From now on the session is told of these alone (WATCH-1). */
export function makeWatch({ viewWatched }: Deps): Watch {
  return async (tx, { id: session, user }, watching, names) => {
    const present = await tx.sessions.find(session)
    if (present === undefined) return ok([])
    await tx.sessions.put({ ...present, watching })
    const view = await viewWatched(tx, user.id, watching, names)
    return ok([
      { kind: 'session-watches', session, watching },
      { kind: 'answer-watched', session, view },
    ])
  }
}

/** The names of those that were not watched before: of the others the client was told then. To be asked for in advance. */
export type NamesToTell = (
  watching: Watching,
  before: Watching | undefined,
) => Promise<ReadonlyMap<UserId, string>>

export function makeNamesToTell({ users }: { readonly users: Pick<UserStore, 'findById'> }): NamesToTell {
  return async ({ users: wanted }, before) => {
    if (wanted === 'everybody') return new Map()
    const told = new Set(before?.users === 'everybody' ? [] : before?.users)
    const fresh = wanted.filter((id) => !told.has(id))
    const accounts = await Promise.all(fresh.map((id) => users.findById(id)))
    return new Map(
      accounts.flatMap((account) => (account === undefined ? [] : [[account.id, account.username]])),
    )
  }
}
