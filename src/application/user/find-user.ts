import type { UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { Tx } from '../ports/transaction.ts'
import type { UserStore } from '../ports/user-store.ts'

/**
 * By the account. One that another node has made a moment ago may not be known here yet: the storage is asked for it where
 * somebody is logged in by it. While it cannot be asked, the session counts.
 */
export async function findUser(
  { sessions }: Pick<Tx, 'sessions'>,
  users: Pick<UserStore, 'findById' | 'lookUpId'>,
  id: UserId,
): Promise<User | undefined> {
  const account = await users.findById(id)
  if (account !== undefined) return { id: account.id, username: account.username }
  const [session] = await sessions.ofUser(id)
  if (session === undefined) return undefined
  const stored = await users.lookUpId(id)
  return stored.ok && stored.value === undefined ? undefined : session.user
}
