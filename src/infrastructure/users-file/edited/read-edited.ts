import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../../../application/ports/system/log.ts'
import type { Pause } from '../../../application/ports/system/pause.ts'
import { inSlices } from '../../names/in-slices.ts'
import { syncDirectory, type OpenForAppend } from '../../system/file-system.ts'
import { lookOf, type Extent } from '../account-file.ts'
import { AccountsInUse } from '../accounts-in-use.ts'
import { loadAccountsInSteps } from '../load-accounts.ts'
import { makePrivate, mendEnd } from '../mend-file.ts'
import { isSameLook, lookAt, lookAtRest, type Look } from './look.ts'

/** `busy`: somebody still writes to it. `faulty`: it is at rest, and not to be used as it is. */
export type Edited =
  | {
      readonly kind: 'read'
      readonly accounts: AccountsInUse
      readonly extent: Extent
      readonly look: Look
    }
  | { readonly kind: 'faulty'; readonly look: Look | undefined; readonly faults: readonly string[] }
  | { readonly kind: 'busy' }

interface Tools {
  readonly open: OpenForAppend
  readonly pause: Pause
  readonly log: Log
  /** How many accounts the daemon has. */
  readonly present: number
}

/**
 * Reads what somebody else has made of the account file, beside all else that goes on, and makes it durable: what is
 * appended to it later must not lie in a file that a crash brings back to nothing.
 */
export async function readEdited(path: string, { open, pause, log, present }: Tools): Promise<Edited> {
  const look = await lookAtRest(path, pause)
  if (look === 'busy') return { kind: 'busy' }
  const faulty = (faults: readonly string[]): Edited => ({ kind: 'faulty', look, faults })
  if (look === undefined) return faulty([`${path} is not there`])

  const handle = await open(path, 'present')
  let taken = false
  try {
    const bytes = await readFile(path)
    const loaded = await inSlices(loadAccountsInSteps(path, bytes))
    const isAtRest = isSameLook(await lookAt(path), look) && isSameLook(await handle.stat(), look)
    if (!isAtRest || bytes.length !== look.size) return { kind: 'busy' }
    if (!loaded.ok) return faulty(loaded.error)
    const { end } = loaded.value
    const accounts = new AccountsInUse(loaded.value)
    // It is more likely that an editor has failed than that all are to go.
    if (accounts.table.size === 0 && present > 0) return faulty([`${path} has no account in it`])
    // A crash of the daemon did not do that.
    if (end.kind === 'torn') return faulty([`${path}: its last line is not whole`])

    await makePrivate(path, accounts.table.size > 0, log)
    const length = await mendEnd(path, handle, { length: bytes.length, end }, { open, log })
    await handle.sync()
    await syncDirectory(dirname(path))
    const extent = { handle, length }
    const left = length === bytes.length ? look : await lookOf(extent)
    taken = true
    return { kind: 'read', accounts, extent, look: left }
  } finally {
    if (!taken) await handle.close().catch(() => undefined)
  }
}
