import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Log } from '../../application/ports/log.ts'
import { StartupError } from '../../application/ports/startup-error.ts'
import { hasCode, PRIVATE_FILE } from '../file-system.ts'
import { isRunning, parseHolder, thisProcess } from './lock-holder.ts'

export interface Lock {
  release(): Promise<void>
}

/** What this process holds. A lock file with our own pid is a leftover of an earlier life unless it is in here. */
const heldHere = new Set<string>()

const ATTEMPTS = 20

/** Keeps every other daemon from the file until released. Throws a StartupError if one has it already. */
export async function takeLock(file: string, log: Log): Promise<Lock> {
  const path = `${file}.lock`
  if (heldHere.has(path)) throw inUse(file, process.pid)
  heldHere.add(path)
  try {
    const content = JSON.stringify(await thisProcess())
    await acquire(file, path, content, log)
    return {
      async release() {
        if ((await readIfThere(path)) === content) await rm(path, { force: true })
        heldHere.delete(path)
      },
    }
  } catch (error) {
    heldHere.delete(path)
    throw error
  }
}

async function acquire(file: string, path: string, content: string, log: Log): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await createWhole(path, content)) return
    const found = await readIfThere(path)
    if (found === undefined) continue
    await refuseIfHeld(file, path, found)
    if (await takeAway(path, found))
      log.warn({ path, found }, 'a stale lock was removed: its daemon has gone')
  }
  throw new StartupError([`${path} changes all the time: start one daemon only`])
}

/** Links a complete file into place, so that nobody ever reads half a lock. False if there is a lock. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`
  try {
    await writeFile(draft, content, { mode: PRIVATE_FILE, flag: 'wx' })
    await link(draft, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function refuseIfHeld(file: string, path: string, found: string): Promise<void> {
  // Locks appear whole, so no running daemon has an empty one: that is what a power failure leaves of a file which
  // was never synced. Anything else unreadable may be somebody's own way of keeping the daemon off.
  if (/^\0*$/.test(found)) return
  const cure = `delete ${path} if you are sure that no daemon uses ${file}`
  const holder = parseHolder(found)
  if (holder === undefined)
    throw new StartupError([`${path} is a lock that this daemon did not write: ${cure}`])
  const { pid, host } = holder
  if (host !== hostname()) {
    throw new StartupError([`${file} is in use by the daemon with pid ${pid} on host ${host}: ${cure}`])
  }
  if (pid !== process.pid && (await isRunning(holder))) throw inUse(file, pid)
}

/** Removes a lock if it still is the one that was judged; another starter may have replaced it meanwhile. */
async function takeAway(path: string, judged: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
  const stale = (await readIfThere(aside)) === judged
  try {
    if (!stale) await link(aside, path)
  } finally {
    await rm(aside, { force: true })
  }
  return stale
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function inUse(file: string, pid: number): StartupError {
  return new StartupError([`${file} is in use by the daemon with pid ${pid}: stop that one first`])
}
