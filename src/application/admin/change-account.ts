import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, type Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'
import { checkUsername } from '../../domain/username.ts'
import type { UserStore } from '../ports/user-store.ts'

export type AccountChange =
  | { readonly kind: 'disable' | 'enable' | 'remove' }
  | { readonly kind: 'rename'; readonly to: string }

/** What an administrator does to an account; durable when answered. */
export type ChangeAccount = (username: string, change: AccountChange) => Promise<Result<Account, Refusal>>

export function makeChangeAccount({ users }: { readonly users: UserStore }): ChangeAccount {
  return async (username, change) => {
    const found = await users.lookUp(username)
    if (!found.ok) return err({ reason: found.error })
    if (found.value === undefined) return err({ reason: RefusalReason.userNotFound })
    const changed = await carryOut(found.value, change)
    if (changed.ok) return changed
    if (typeof changed.error !== 'string') return err(changed.error)
    // Somebody else has renamed or removed it in the meantime.
    if (changed.error === 'changed_meanwhile') return err({ reason: RefusalReason.userNotFound })
    return err({ reason: changed.error })
  }

  async function carryOut({ id }: Account, change: AccountChange) {
    switch (change.kind) {
      case 'disable':
        return users.setDisabled(id, true)
      case 'enable':
        return users.setDisabled(id, false)
      case 'remove':
        return users.remove(id)
      case 'rename': {
        const name = checkUsername(change.to)
        if (!name.ok) return err({ reason: RefusalReason.invalidUsername, detail: name.error })
        return users.rename(id, change.to)
      }
    }
  }
}
