import { err, ok, type Result } from '../../../domain/result.ts'
import { inSlices } from '../../names/in-slices.ts'
import type { AccountsInUse } from '../accounts-in-use.ts'
import { changesToKeep } from './changes-to-keep.ts'
import { differencesBetween, type Differences, nameIn, none, type Some } from './differences.ts'
import { keepChanges, type Debt } from './keep-changes.ts'

export interface Merged {
  readonly debt: Debt
  /** What has become of the accounts; `kept`: what the file lacked or had as it was before. */
  readonly news: Differences & { readonly kept: Some }
}

/**
 * Puts what the daemon has saved since into what was read from an edited file, and makes that ready to be asked. Beside all
 * else that goes on. `compares`: whether it must be known how all names read.
 */
export async function merge(
  present: AccountsInUse,
  edited: AccountsInUse,
  compares: boolean,
): Promise<Result<Merged, string[]>> {
  const kept = await inSlices(changesToKeep(present, edited.read))
  const debt = await inSlices(keepChanges(edited, kept))
  if (!debt.ok) return err(debt.error)
  await inSlices(edited.table.sort())
  if (compares) await inSlices(edited.table.readings())
  const differences = await inSlices(differencesBetween(present, edited))
  const some = none()
  for (const [id, account] of kept) nameIn(some, account?.username ?? id)
  return ok({ debt: debt.value, news: { ...differences, kept: some } })
}
