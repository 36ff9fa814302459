import { readFileSync } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import { errorCode } from '../../domain/error-code.ts'
import { AccountFile } from './account-file.ts'
import { AccountLedger } from './account-ledger.ts'
import { AccountsInUse } from './accounts-in-use.ts'
import { keptPath, SharedFile } from './edited/shared-file.ts'
import { createFileUserStore } from './file-user-store.ts'
import { openForAppend, PRIVATE_DIRECTORY, syncDirectory, type OpenForAppend } from '../system/file-system.ts'
import { systemPause } from '../system/system-pause.ts'
import { makeDirectory } from '../system/make-directory.ts'
import { inSlices } from '../names/in-slices.ts'
import { loadAccounts } from './load-accounts.ts'
import { takeLock, type Lock } from './lock/lock.ts'
import { makePrivate, mendEnd } from './mend-file.ts'

export interface FileUserStoreOptions {
  /** `users.txt` in the data directory; made if missing, directory and all. */
  readonly path: string
  readonly log: Log
  /** Whether a name may read like that of another account. */
  readonly lookalikes?: 'refuse' | 'allow'
  /** Milliseconds between two looks at whether the file should be rewritten; 0 looks only now. */
  readonly compactionIntervalMs?: number
  /** Milliseconds between two looks at whether somebody has edited the file; 0 looks only before something is saved. */
  readonly editIntervalMs?: number
  /** Runs the task again and again until the returned function is called. */
  readonly every?: (intervalMs: number, task: () => Promise<void>) => () => void
  readonly open?: OpenForAppend
  readonly pause?: Pause
}

const COMPACTION_INTERVAL_MS = 10 * 60_000

/**
 * Takes the account file into use: locked, read whole, its end mended after a crash, kept open for appending.
 * Throws a StartupError with every fault found; the content of the file is as before then.
 */
export async function openFileUserStore(options: FileUserStoreOptions): Promise<UserStore> {
  const open = options.open ?? openForAppend
  try {
    const { path, isNew } = await findOrCreate(options.path, open)
    const lock = await takeLock(path, options.log)
    try {
      const { store, accounts } = await openLocked(path, lock, { ...options, open })
      options.log.info({ path, accounts }, isNew ? 'a new account file was made' : 'accounts loaded')
      return store
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    // What the operating system refuses is for the administrator to mend; anything else is a bug.
    if (!(error instanceof Error) || errorCode(error) === undefined) throw error
    throw new StartupError([`${options.path}: the account file cannot be used: ${error.message}`])
  }
}

async function openLocked(
  path: string,
  lock: Lock,
  options: FileUserStoreOptions & { readonly open: OpenForAppend },
): Promise<{ readonly store: UserStore; readonly accounts: number }> {
  const {
    open,
    log,
    lookalikes = 'refuse',
    pause = systemPause,
    every = repeat,
    compactionIntervalMs = COMPACTION_INTERVAL_MS,
    editIntervalMs = 0,
  } = options
  // Nothing else goes on yet, and the asynchronous kind would go to the disk and back for every half megabyte.
  const bytes = readFileSync(path)
  const loaded = loadAccounts(path, bytes)
  if (!loaded.ok) throw new StartupError(loaded.error)
  const accounts = new AccountsInUse(loaded.value)
  const { table } = accounts

  await makePrivate(path, table.size > 0, log)
  const handle = await open(path, 'a')
  try {
    const length = await mendEnd(path, handle, { length: bytes.length, end: loaded.value.end }, { open, log })
    const file = await AccountFile.of(path, { handle, length })
    const compares = lookalikes === 'refuse'
    const shared = new SharedFile({ file, accounts, known: options.path, compares, open, pause, log })
    const ledger = new AccountLedger({ shared, file, open, pause, log })
    await ledger.compactIfWorthwhile()
    const repeated = [
      { intervalMs: editIntervalMs, task: () => ledger.takeOver() },
      { intervalMs: compactionIntervalMs, task: () => ledger.compactIfWorthwhile() },
    ].filter(({ intervalMs }) => intervalMs > 0)
    const stops = repeated.map(({ intervalMs, task }) => every(intervalMs, unlessItRuns(task)))
    const closing = new AbortController()
    const sorted = inSlices(table.sort(), closing.signal)
    const compared = compares ? sorted.then(() => inSlices(table.readings(), closing.signal)) : undefined
    const letGo = async () => {
      closing.abort()
      for (const stop of stops) stop()
      await lock.release()
    }
    const whenEdited: UserStore['whenEdited'] = (told) => {
      shared.whenEdited(() => {
        told(true)
      })
    }
    const store = createFileUserStore({ ledger, sorted, compared, whenEdited, letGo })
    return { store, accounts: table.size }
  } catch (error) {
    await handle.close().catch(() => undefined)
    throw error
  }
}

/** The file behind all symbolic links, so that a later rename replaces the file and not a link to it. */
async function findOrCreate(
  path: string,
  open: OpenForAppend,
): Promise<{ readonly path: string; readonly isNew: boolean }> {
  makeDirectory(dirname(path), PRIVATE_DIRECTORY)
  const found = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) {
    // Nobody is to find an empty file where the accounts were lost, and saved.
    const kept = keptPath(path)
    if (await stat(kept).catch(() => undefined))
      throw new StartupError([
        `${path} is not there, but ${kept} is, with the accounts that were in it: rename it`,
      ])
    await (await open(path, 'a')).close()
  }
  if (found?.isFile() === false)
    throw new StartupError([`${path} is not a file: it should hold the accounts`])

  const real = await realpath(path)
  if (found === undefined) await syncDirectory(dirname(real))
  return { path: real, isNew: found === undefined }
}

function repeat(intervalMs: number, task: () => Promise<void>): () => void {
  const timer = setInterval(() => void task(), intervalMs).unref()
  return () => {
    clearInterval(timer)
  }
}

/** A disk may take longer than the interval. */
function unlessItRuns(task: () => Promise<unknown>): () => Promise<void> {
  let runs = false
  return async () => {
    if (runs) return
    runs = true
    await task().finally(() => {
      runs = false
    })
  }
}
