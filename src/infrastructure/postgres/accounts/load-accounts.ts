import { parseUserId, type UserId } from '../../../domain/ids.ts'
import { err, ok, type Result } from '../../../domain/result.ts'
import { inSlices } from '../../names/in-slices.ts'
import { loadAccountsInSteps } from '../../users-file/load-accounts.ts'
import { AccountTable } from '../../users-file/table/account-table.ts'
import type { Reader } from '../feed.ts'
import type { Mirrored } from './account-mirror.ts'
import { FIND_UNDISTURBED, PAGE_OF_LINES } from './account-rows.ts'

const PAGE = 5000

/**
 * All accounts of one instant, sorted and compared, in the form in which those of a file are held: their bytes, a few tables
 * of numbers, and no object for any. The fault of a row is told by its place in the order of registration.
 */
export async function loadAccounts(
  reader: Reader,
  compares: boolean,
): Promise<Result<Mirrored, readonly string[]>> {
  const { lines, undisturbed } = await readAll(reader)
  const loaded = await inSlices(loadAccountsInSteps('roomrtc.accounts', lines))
  if (!loaded.ok) return err(loaded.error)
  const table = new AccountTable(loaded.value.accounts)
  await inSlices(table.sort())
  if (compares) await inSlices(table.readings())
  return ok({ table, undisturbed })
}

async function readAll(reader: Reader) {
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
    const { rows } = await reader.query<{ id: string }>(FIND_UNDISTURBED)
    const undisturbed = new Set<UserId>(rows.flatMap(({ id }) => parseUserId(id) ?? []))
    return { lines: Buffer.concat(pages), undisturbed }
  } finally {
    await reader.query('COMMIT')
  }
}
