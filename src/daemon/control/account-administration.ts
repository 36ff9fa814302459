import { makeAddAccount } from '../../application/admin/add-account.ts'
import { makeImportAccounts } from '../../application/admin/import-accounts.ts'
import { makeChangeAccount } from '../../application/admin/change-account.ts'
import { makeSetPassword } from '../../application/admin/set-password.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { PasswordHasher } from '../../application/ports/password-hasher.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import { randomIds } from '../../infrastructure/system/random-ids.ts'
import { accountLines } from '../../infrastructure/users-file/account-lines.ts'

/** What administrators do with accounts, whether or not a daemon serves them meanwhile. */
export function accountAdministration(ports: {
  readonly users: UserStore
  readonly hasher: PasswordHasher
  readonly clock: Clock
}) {
  const deps = { ...ports, ids: randomIds, lines: accountLines }
  return {
    lines: accountLines,
    addAccount: makeAddAccount(deps),
    setPassword: makeSetPassword(deps),
    changeAccount: makeChangeAccount(deps),
    importAccounts: makeImportAccounts(deps),
  }
}
