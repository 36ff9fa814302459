import type { UserId } from '../../domain/ids.ts'
import type { User } from '../../domain/user.ts'
import type { Tx } from '../ports/transaction.ts'
import type { UserStore } from '../ports/user-store.ts'

/** By the account, or by a session of an account that another node has made a moment ago, and that is not known here yet. */
export async function findUser(
  { sessions }: Pick<Tx, 'sessions'>,
  users: Pick<UserStore, 'findById'>,
  id: UserId,
): Promise<User | undefined> {
  const account = await users.findById(id)
  if (account !== undefined) return { id: account.id, username: account.username }
  return (await sessions.ofUser(id))[0]?.user
}
