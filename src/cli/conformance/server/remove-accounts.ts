import { setTimeout as pause } from 'node:timers/promises'
import { encodeMessage } from '../../../protocol/codec/encode-message.ts'
import { type ClientMessage, messageTable } from '../../../protocol/message-table.ts'
import type { Received } from '../scenarios/received.ts'
import { inParallel } from './in-parallel.ts'
import type { MadeAccount } from './made-accounts.ts'
import type { Connect } from './connect.ts'
import { retryAfterOf } from './retry-after.ts'
import { SimulatedClient } from './simulated-client.ts'

const TRIES = 4

interface Means {
  readonly open: Connect
  readonly deadlineMs: number
  readonly atOnce: number
}

/** Deletes the accounts, on a server that offers `account`; gives the names of those that are left. */
export async function removeAccounts(
  accounts: readonly MadeAccount[],
  means: Means,
): Promise<readonly string[]> {
  const left: string[] = []
  await inParallel(accounts, means.atOnce, async (account) => {
    const gone = await removeAccount(account, means).catch(() => false)
    if (!gone) left.push(account.username)
  })
  return left.toSorted()
}

async function removeAccount({ username, passwords }: MadeAccount, means: Means): Promise<boolean> {
  for (const password_hash of passwords) {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const outcome = await tryToRemove({ username, password_hash }, means)
      if (outcome === 'gone') return true
      if (outcome === 'refused') break
      await pause(outcome.retryAfterMs)
    }
  }
  return false
}

type Removal = 'gone' | 'refused' | { readonly retryAfterMs: number }

async function tryToRemove(
  credentials: { readonly username: string; readonly password_hash: string },
  { open, deadlineMs }: Means,
): Promise<Removal> {
  const surroundings = { deadlineMs, isOurs: () => false, came: () => undefined }
  const client = new SimulatedClient(await open(), surroundings)
  const { password_hash } = credentials
  const hello = { protocol: 1, client: 'conformance kit', capabilities: ['account'] }
  const requests: readonly ClientMessage[] = [
    { type: 'HELLO', payload: hello },
    { type: 'LOGIN_REQUEST', payload: credentials },
    { type: 'DELETE_ACCOUNT', payload: { password_hash } },
  ]
  try {
    for (const request of requests) {
      await client.send(encodeMessage(request))
      const answer = await client.next(messageTable.ERROR.code)
      const retryAfterMs = retryAfterOf(answer)
      if (retryAfterMs !== undefined) return { retryAfterMs }
      if (isNo(answer)) return 'refused'
    }
    return 'gone'
  } finally {
    await client.close()
  }
}

function isNo({ type, payload }: Received): boolean {
  return type === messageTable.ERROR.code || payload['success'] === false
}
