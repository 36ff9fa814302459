import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import { PASSWORD, userId, userName } from '../../shared/users.ts'

const LINES_A_WRITE = 10_000

/** Writes users.txt with users 0 to `count`. All have one password, so that making them costs one hash. */
export function writeAccounts(directory: string, count: number, bcryptCost: number): void {
  const hash = hashSync(PASSWORD, bcryptCost)
  const file = openSync(join(directory, 'users.txt'), 'w', 0o600)
  for (let from = 0; from < count; from += LINES_A_WRITE) {
    const numbers = Array.from({ length: Math.min(LINES_A_WRITE, count - from) }, (_, i) => from + i)
    writeSync(file, numbers.map((n) => `${userId(n)}|${userName(n)}|${hash}|1700000000\n`).join(''))
  }
  closeSync(file)
}
