import type { Ports } from '../../../src/application/use-cases.ts'
import { createMemoryInvites } from '../../../src/infrastructure/kept-values/kept-invites.ts'
import { createMemoryDoNotDisturb } from '../../../src/infrastructure/memory/memory-do-not-disturb.ts'
import { createMemoryUserStore } from '../../../src/infrastructure/memory/memory-user-store.ts'

/** Accounts, and what is kept beside them. */
export function createAccountPorts(): Pick<Ports, 'users' | 'guests' | 'doNotDisturb' | 'invites'> {
  return {
    users: createMemoryUserStore(),
    guests: undefined,
    doNotDisturb: createMemoryDoNotDisturb(),
    invites: createMemoryInvites(),
  }
}
