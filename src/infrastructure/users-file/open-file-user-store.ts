import { readFileSync } from 'node:fs'
import { mkdir, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../../application/ports/log.ts'
import { StartupError } from '../../application/ports/startup-error.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import { AccountFile } from './account-file.ts'
import { AccountLedger } from './account-ledger.ts'
import { AccountTable } from './account-table.ts'
import { createFileUserStore } from './file-user-store.ts'
import {
  hasCode,
  openForAppend,
  PRIVATE_DIRECTORY,
  syncDirectory,
  type OpenForAppend,
} from '../file-system.ts'
import { inSlices } from '../in-slices.ts'
import { loadAccounts } from './load-accounts.ts'
import { takeLock, type Lock } from './lock.ts'
import { makePrivate, mendEnd } from './mend-file.ts'

export interface FileUserStoreOptions {
  /** `users.txt` in the data directory; made if missing, directory and all. */
  readonly path: string
  readonly log: Log
  /** Milliseconds between two looks at whether the file should be rewritten; 0 looks only now. */
  readonly compactionIntervalMs?: number
  /** Runs the task again and again until the returned function is called. */
  readonly every?: (intervalMs: number, task: () => Promise<void>) => () => void
  readonly open?: OpenForAppend
}

const COMPACTION_INTERVAL_MS = 10 * 60_000

/**
 * Takes the account file into use: locked, read whole, its end mended after a crash, kept open for appending.
 * Throws a StartupError with every fault found; the content of the file is as before then.
 */
export async function openFileUserStore(options: FileUserStoreOptions): Promise<UserStore> {
  const open = options.open ?? openForAppend
  try {
    const path = await findOrCreate(options.path, open)
    const lock = await takeLock(path, options.log)
    try {
      return await openLocked(path, lock, { ...options, open })
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    // What the operating system refuses is for the administrator to mend; anything else is a bug.
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new StartupError([`${options.path}: the account file cannot be used: ${error.message}`])
  }
}

async function openLocked(
  path: string,
  lock: Lock,
  options: FileUserStoreOptions & { readonly open: OpenForAppend },
): Promise<UserStore> {
  const { open, log, every = repeat, compactionIntervalMs = COMPACTION_INTERVAL_MS } = options
  // Nothing else goes on yet, and the asynchronous kind would go to the disk and back for every half megabyte.
  const bytes = readFileSync(path)
  const loaded = loadAccounts(path, bytes)
  if (!loaded.ok) throw new StartupError(loaded.error)
  const { accounts, comments, superseded, end } = loaded.value
  const table = new AccountTable(accounts)

  await makePrivate(path, table.size > 0, log)
  const handle = await open(path, 'a')
  try {
    const length = await mendEnd(path, handle, { length: bytes.length, end }, { open, log })
    const file = new AccountFile(path, { handle, length })
    const ledger = new AccountLedger({ table, file, comments, superseded, open, log })
    await ledger.compactIfWorthwhile()
    const stop =
      compactionIntervalMs === 0
        ? () => undefined
        : every(compactionIntervalMs, () => ledger.compactIfWorthwhile())
    const closing = new AbortController()
    const sorted = inSlices(table.sort(), closing.signal)
    const letGo = async () => {
      closing.abort()
      stop()
      await lock.release()
    }
    return createFileUserStore({ table, ledger, sorted, letGo })
  } catch (error) {
    await handle.close().catch(() => undefined)
    throw error
  }
}

/** The file behind all symbolic links, so that a later rename replaces the file and not a link to it. */
async function findOrCreate(path: string, open: OpenForAppend): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY })
  const found = await stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
  if (found === undefined) await (await open(path, 'a')).close()
  else if (!found.isFile()) throw new StartupError([`${path} is not a file: it should hold the accounts`])

  const real = await realpath(path)
  if (found === undefined) await syncDirectory(dirname(real))
  return real
}

function repeat(intervalMs: number, task: () => Promise<void>): () => void {
  const timer = setInterval(() => void task(), intervalMs).unref()
  return () => {
    clearInterval(timer)
  }
}
