import { err, ok, type Result } from '../../../domain/result.ts'
import { inSlices } from '../../names/in-slices.ts'
import { loadAccountsInSteps } from '../../users-file/load-accounts.ts'
import { AccountTable } from '../../users-file/table/account-table.ts'
import type { Reader } from '../feed.ts'
import { PAGE_OF_LINES } from './account-rows.ts'

const PAGE = 5000

/**
 * All accounts of one instant, sorted and compared, in the form in which those of a file are held: their bytes, a few tables
 * of numbers, and no object for any. The fault of a row is told by its place in the order of registration.
 */
export async function loadAccounts(
  reader: Reader,
  compares: boolean,
): Promise<Result<AccountTable, readonly string[]>> {
  const loaded = await inSlices(loadAccountsInSteps('roomrtc.accounts', await readAll(reader)))
  if (!loaded.ok) return err(loaded.error)
  const table = new AccountTable(loaded.value.accounts)
  await inSlices(table.sort())
  if (compares) await inSlices(table.readings())
  return ok(table)
}

async function readAll(reader: Reader): Promise<Buffer> {
  const pages: Buffer[] = []
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    let last = '0'
    for (;;) {
      const { rows } = await reader.query<{ last: string | null; lines: string | null }>({
        ...PAGE_OF_LINES,
        values: [last, PAGE],
      })
      const page = rows[0]
      if (page === undefined || page.last === null || page.lines === null) break
      pages.push(Buffer.from(`${page.lines}\n`))
      last = page.last
    }
  } finally {
    await reader.query('COMMIT')
  }
  return Buffer.concat(pages)
}
