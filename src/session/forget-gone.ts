import type { CallHistory } from '../application/ports/call-history.ts'
import type { UserStore } from '../application/ports/user-store.ts'

interface Deps {
  readonly users: Pick<UserStore, 'findById'>
  readonly history: Pick<CallHistory, 'users' | 'forget'>
}

/** Users that are looked up before everybody else has a turn. */
const SLICE = 500

/** Forgets the calls of accounts that are not there any more, whoever has removed them (HIST-8). */
export async function forgetGone({ users, history }: Deps): Promise<void> {
  let count = 0
  for (const user of history.users()) {
    if ((await users.findById(user)) === undefined) history.forget(user)
    if (++count % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}
