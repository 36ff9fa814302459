import { lstat, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import type { Log } from '../../../application/ports/system/log.ts'
import { StartupError } from '../../../application/ports/system/startup-error.ts'
import { type Answer, askClaim } from './ask-claim.ts'
import { type Claim, claimPrefix, makeClaim } from './claim.ts'
import { shortPath } from './short-path.ts'

export interface Lock {
  release(): Promise<void>
}

/** How long another that starts at the same moment may take to decide. */
const DECISION_MS = 5_000

/** How long one that has decided may take to say so. */
const WORD_MS = 300

/**
 * Keeps every other daemon of this machine from the file until it is released or the process ends, in whatever container
 * either runs. Throws a StartupError if one has it already.
 *
 * Each that wants the file first makes a claim, a listening socket with a name of its own beside the file, and then looks
 * for others. One that is dead is removed: its name never comes back. Of two that live, who has the file keeps it; of two
 * that are not decided, the one with the lower name waits for the other, which gives up. So of any two at least one sees
 * the other, and no order of events lets both go on.
 */
export async function takeLock(file: string, log: Log): Promise<Lock> {
  await refuseOldLock(`${file}.lock`)
  const claim = await makeClaim(file)
  try {
    // A pipe of Windows is exclusive by itself.
    if (process.platform !== 'win32') await outlastOthers(file, claim, log)
    claim.hold()
    return { release: () => claim.withdraw() }
  } catch (error) {
    await claim.withdraw()
    throw error
  }
}

async function outlastOthers(file: string, claim: Claim, log: Log): Promise<void> {
  const directory = await shortPath(file)
  try {
    const names = (await readdir(dirname(file))).filter((name) => name.startsWith(claimPrefix(file)))
    for (const name of names.filter((other) => other !== claim.name)) {
      const path = directory.to(name)
      // Who is not decided and comes first is not waited for: it waits for us.
      const answer = await askClaim(path, name < claim.name ? WORD_MS : DECISION_MS)
      if (answer.kind === 'held') throw inUse(file, answer)
      if (answer.kind === 'withdrawn') continue
      await rm(path, { force: true })
      log.warn({ path: `${dirname(file)}/${name}` }, 'a stale lock was removed: its daemon has gone')
    }
  } finally {
    await directory.close()
  }
}

/** Up to version 0.1 the lock was a file that named a process. */
async function refuseOldLock(path: string): Promise<void> {
  if ((await lstat(path).catch(() => undefined)) === undefined) return
  throw new StartupError([
    `${path} is the lock of an older version: stop the daemon that made it, or delete it if there is none`,
  ])
}

function inUse(file: string, { by }: Extract<Answer, { kind: 'held' }>): StartupError {
  const where = by === undefined || by.host === hostname() ? '' : ` on host ${by.host}`
  const who = by === undefined ? 'another daemon' : `the daemon with pid ${by.pid}${where}`
  return new StartupError([`${file} is in use by ${who}: stop that one first`])
}
