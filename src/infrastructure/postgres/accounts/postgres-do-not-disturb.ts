import type { DoNotDisturb } from '../../../application/ports/do-not-disturb.ts'
import type { Database } from '../database.ts'
import type { AccountMirror } from './account-mirror.ts'
import { type AccountRow, SET_DO_NOT_DISTURB } from './account-rows.ts'

/** The port over the mark that an account has. */
export function createPostgresDoNotDisturb(database: Database, mirror: AccountMirror): DoNotDisturb {
  return {
    isOn: (user) => mirror.isUndisturbed(user),
    async set(user, on) {
      const written = await database.run<AccountRow>(SET_DO_NOT_DISTURB, [user, on])
      if (!written.ok || written.value.length === 0) return false
      await mirror.refresh([user])
      return true
    },
    // It has nothing of its own.
    close: () => Promise.resolve(),
  }
}
