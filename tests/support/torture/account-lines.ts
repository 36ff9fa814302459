import { readFileSync } from 'node:fs'

/** An account as its line says. */
interface StoredAccount {
  readonly id: string
  readonly line: string
}

interface StoredAccounts {
  /** By name; of several lines of one the last counts. */
  readonly accounts: ReadonlyMap<string, StoredAccount>
  /** How many lines there are besides the one that counts for each account. */
  readonly superseded: number
  /** Lines that are no account, the torn end included. */
  readonly broken: readonly string[]
}

// id|username|bcrypt hash|Unix seconds. Written from CONFIG.md and shares nothing with src.
const LINE = /^([!-{}~]{1,128})\|([^|\p{Cc}]+)\|\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}\|\d{10,15}$/u

/** What users.txt holds, whoever has written it to what end. */
export function readAccountLines(path: string): StoredAccounts {
  const lines = readFileSync(path, 'utf8').split('\n')
  const accounts = new Map<string, StoredAccount>()
  // After a last newline there is nothing.
  const broken = [lines.pop() ?? ''].filter((rest) => rest !== '')
  for (const line of lines) {
    const [, id, username] = LINE.exec(line) ?? []
    if (id === undefined || username === undefined) broken.push(line)
    else accounts.set(username, { id, line })
  }
  return { accounts, superseded: lines.length - broken.length - accounts.size, broken }
}
