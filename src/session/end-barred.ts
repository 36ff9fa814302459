import type { UserStore } from '../application/ports/user-store.ts'
import type { Log } from '../application/ports/system/log.ts'
import type { Pause } from '../application/ports/system/pause.ts'
import type { User } from '../domain/user.ts'
import type { Administration } from './administration.ts'
import type { Registry } from './registry.ts'

interface Deps {
  readonly users: Pick<UserStore, 'findById' | 'lookUp'>
  readonly registry: Registry
  readonly endSessions: Administration['endSessions']
  readonly pause: Pause
  readonly ended: AbortSignal
  readonly log: Log
}

/** A node that changes an account ends its sessions itself, and says more exactly why: so long it has for that. */
const OTHERS_FIRST_MS = 1000

/** Users that are looked up before everybody else has a turn. */
const SLICE = 500

/**
 * Ends the sessions of accounts that somebody has removed, renamed or disabled elsewhere (CLUSTER-115). What is asked for while
 * it looks is one further look.
 */
export function makeEndBarred({ users, registry, endSessions, pause, ended, log }: Deps): () => void {
  let isLooking = false
  let again = false

  return function endBarred(): void {
    again = true
    if (isLooking) return
    isLooking = true
    void look()
  }

  async function look(): Promise<void> {
    try {
      while (again) {
        again = false
        if ((await suspects()).length === 0) continue
        await pause(OTHERS_FIRST_MS, ended)
        for (const user of await suspects()) if (await isBarred(user)) await endSessions({ user: user.id })
      }
    } catch (error) {
      log.error({ err: error }, 'sessions of accounts that were changed could not be ended')
    } finally {
      isLooking = false
    }
  }

  /** By what is known here, which may be a moment old. */
  async function suspects(): Promise<readonly User[]> {
    const present = new Map([...registry.everywhere()].map(({ user }) => [user.id, user]))
    const found: User[] = []
    let count = 0
    for (const user of present.values()) {
      const account = await users.findById(user.id)
      if (account?.username !== user.username || account.disabled === true) found.push(user)
      if (++count % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    return found
  }

  async function isBarred({ id, username }: User): Promise<boolean> {
    const account = await users.lookUp(username)
    return account.ok && (account.value?.id !== id || account.value.disabled === true)
  }
}
