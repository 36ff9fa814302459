import { otherRole } from '../../domain/call.ts'
import { outcomeFor } from '../../domain/call-record.ts'
import type { UserId } from '../../domain/ids.ts'
import type { CallHistory, HistoryQuery } from '../ports/call-history.ts'
import type { UserStore } from '../ports/user-store.ts'
import type { HistoryPage, PastCall } from './history-effect.ts'

interface Deps {
  readonly history: CallHistory
  readonly users: UserStore
}

export type LookAtHistory = (user: UserId, query: HistoryQuery) => Promise<HistoryPage>

/** A page of a user's calls of the past (HIST-1), with the names that the others have now. */
export function makeLookAtHistory({ history, users }: Deps): LookAtHistory {
  return async (user, query) => {
    const { calls, more } = history.page(user, query)
    const unseen = history.unseen(user)
    const shown: PastCall[] = []
    for (const { record, role, seen } of calls) {
      const { id, guestName = '' } = record[otherRole(role)]
      const username = (await users.findById(id))?.username ?? guestName
      shown.push({ record, role, seen, outcome: outcomeFor(role, record), peer: { id, username } })
    }
    const last = more ? calls.at(-1)?.record : undefined
    return { calls: shown, unseen, next: last && { startedAt: last.startedAt, call: last.id } }
  }
}
