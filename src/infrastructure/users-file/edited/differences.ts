import type { UserId } from '../../../domain/ids.ts'
import type { AccountsInUse } from '../accounts-in-use.ts'
import { isSameAccount } from './same-account.ts'

/** How many names the log has of each kind. */
const NAMES = 5
/** How many accounts are looked at in a step. */
const STEP = 256

export interface Some {
  count: number
  /** The first of them. */
  readonly names: string[]
}

export type Differences = Readonly<Record<'added' | 'changed' | 'removed', Some>>

/** In steps. */
export function* differencesBetween(
  before: AccountsInUse,
  after: AccountsInUse,
): Generator<undefined, Differences> {
  const ids = new Set<UserId>()
  for (const [one, other] of [
    [before.read, after.read],
    [after.read, before.read],
  ] as const) {
    for (const id of one.unlike(other)) {
      if (id !== undefined) ids.add(id)
      yield
    }
  }
  let looked = 0
  for (const { id } of before.changes) {
    if (++looked % STEP === 0) yield
    ids.add(id)
  }

  const differences = { added: none(), changed: none(), removed: none() }
  for (const id of ids) {
    if (++looked % STEP === 0) yield
    const [was, is] = [before.table.byId(id), after.table.byId(id)]
    if (was === undefined && is !== undefined) nameIn(differences.added, is.username)
    else if (was !== undefined && is === undefined) nameIn(differences.removed, was.username)
    else if (is !== undefined && !isSameAccount(was, is)) nameIn(differences.changed, is.username)
  }
  return differences
}

export const none = (): Some => ({ count: 0, names: [] })

/** Counts one, and names it if it is one of the first. */
export function nameIn(some: Some, name: string): void {
  some.count += 1
  if (some.names.length < NAMES) some.names.push(name)
}
