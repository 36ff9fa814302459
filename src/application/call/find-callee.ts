import { parseUserId } from '../../domain/ids.ts'
import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Tx } from '../ports/transaction.ts'
import type { UserStore } from '../ports/user-store.ts'
import { findUser } from '../user/find-user.ts'

/** Whom the asker wants to be rung: an account, and not its own (CALL-2). */
export async function findCallee(
  tx: Pick<Tx, 'sessions'>,
  users: Pick<UserStore, 'findById' | 'lookUpId'>,
  asker: User,
  to: string,
): Promise<Result<User, Refusal>> {
  const wanted = parseUserId(to)
  const callee = wanted === undefined ? undefined : await findUser(tx, users, wanted)
  if (callee === undefined) return err({ reason: RefusalReason.userNotFound })
  return callee.id === asker.id ? err({ reason: RefusalReason.cannotCallSelf, peer: callee }) : ok(callee)
}
