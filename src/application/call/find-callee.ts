import { parseUserId } from '../../domain/ids.ts'
import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { UserStore } from '../ports/user-store.ts'

/** Whom the asker wants to be rung: an account, and not its own (CALL-2). */
export async function findCallee(
  users: Pick<UserStore, 'findById'>,
  asker: User,
  to: string,
): Promise<Result<User, Refusal>> {
  const wanted = parseUserId(to)
  const account = wanted === undefined ? undefined : await users.findById(wanted)
  if (account === undefined) return err({ reason: RefusalReason.userNotFound })
  const callee: User = { id: account.id, username: account.username }
  return callee.id === asker.id ? err({ reason: RefusalReason.cannotCallSelf, peer: callee }) : ok(callee)
}
