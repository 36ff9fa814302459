import type { Account } from '../../domain/user.ts'
import type { AccountLines } from '../ports/account-lines.ts'
import type { UserStore } from '../ports/user-store.ts'

interface Deps {
  readonly users: UserStore
  readonly lines: AccountLines
}

/** What became of a line. `present`: the very same account is there already. */
interface ImportedLine {
  readonly outcome: 'added' | 'present' | 'nothing' | 'refused'
  readonly username?: string
  /** Why it was refused. */
  readonly cause?: string
}

export type ImportAccounts = (lines: readonly string[]) => Promise<readonly ImportedLine[]>

/** Takes in what is not there, line by line, and changes no account that is. All of a batch become durable together. */
export function makeImportAccounts({ users, lines }: Deps): ImportAccounts {
  return async (batch) => {
    const ids = new Set<string>()
    return Promise.all(batch.map((line) => importLine(line, ids)))
  }

  async function importLine(line: string, ids: Set<string>): Promise<ImportedLine> {
    const parsed = lines.parse(line)
    if (!parsed.ok) return { outcome: 'refused', cause: parsed.error }
    const account = parsed.value
    if (account === undefined) return { outcome: 'nothing' }
    const { id, username } = account
    const refuse = (cause: string): ImportedLine => ({ outcome: 'refused', username, cause })
    if (ids.has(id)) return refuse('a line before it has its id')
    ids.add(id)
    const [byName, byId] = [await users.findByName(username), await users.findById(id)]
    if (byName !== undefined && isSame(byName, account)) return { outcome: 'present', username }
    if (byName !== undefined)
      return refuse('its username is taken by another account, or one with another hash')
    if (byId !== undefined) return refuse(`its id is that of ${byId.username}`)
    const inserted = await users.insertIfAbsent(account)
    if (inserted.ok) return { outcome: 'added', username }
    return refuse(CAUSES[inserted.error])
  }
}

const CAUSES = {
  username_taken: 'its username is taken by another account',
  username_taken_lookalike: 'its username reads like that of another account',
  storage_unavailable: 'accounts cannot be saved at the moment',
}

function isSame(a: Account, b: Account): boolean {
  return a.id === b.id && a.username === b.username && a.passwordHash === b.passwordHash
}
