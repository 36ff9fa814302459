import { err, ok, type Result } from '../../../domain/result.ts'
import type { Account } from '../../../domain/user.ts'
import { readingKey } from '../../names/reading-key.ts'
import type { Database } from '../database.ts'
import { FIND_RIVALS, INSERT, type Rival } from './account-rows.ts'

type Insertion = Result<Account, 'username_taken' | 'username_taken_lookalike' | 'storage_unavailable'>

interface Waiting {
  readonly account: Account
  readonly key: string
  readonly tries: number
  readonly done: (outcome: Insertion) => void
  readonly failed: (error: Error) => void
}

/** As many go into one statement. */
const MAX_BATCH = 500

/** Who was in the way and is gone when that is looked at: then the name may be free. */
const MAX_TRIES = 3

/** Makes accounts. What comes while a statement is under way goes into the next one, and is committed together. */
export function makeInsertions(
  database: Database,
  lookalikes: 'refuse' | 'allow',
): (account: Account) => Promise<Insertion> {
  const readsAlone = lookalikes === 'refuse'
  let waiting: Waiting[] = []
  let working = false

  return (account) =>
    new Promise((done, failed) => {
      waiting.push({ account, key: readingKey(account.username), tries: 1, done, failed })
      if (!working) void work()
    })

  async function work(): Promise<void> {
    working = true
    // What comes within this tick of the event loop goes together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(MAX_BATCH)
      await insert(batch)
    }
    working = false
  }

  async function insert(batch: readonly Waiting[]): Promise<void> {
    const accounts = batch.map(({ account }) => account)
    const made = await database.run<{ id: string }>(INSERT, [
      accounts.map(({ id }) => id),
      accounts.map(({ username }) => username),
      accounts.map(({ passwordHash }) => passwordHash),
      accounts.map(({ createdAt }) => createdAt),
      accounts.map(({ disabled = false }) => disabled),
      batch.map(({ key }) => key),
      batch.map(() => readsAlone),
    ])
    if (!made.ok) {
      refuse(batch)
      return
    }
    const ids = new Set(made.value.map(({ id }) => id))
    const others: Waiting[] = []
    for (const one of batch) {
      // Of two with one id the first is there.
      if (ids.delete(one.account.id)) one.done(ok(one.account))
      else others.push(one)
    }
    if (others.length > 0) await tellWhy(others)
  }

  async function tellWhy(others: readonly Waiting[]): Promise<void> {
    const found = await database.run<Rival>(FIND_RIVALS, [
      others.map(({ account }) => account.id),
      others.map(({ account }) => account.username),
      readsAlone ? others.map(({ key }) => key) : [],
    ])
    if (!found.ok) {
      refuse(others)
      return
    }
    const rivals = found.value
    const names = new Set(rivals.map(({ username }) => username))
    const keys = new Set(rivals.map(({ reading_key }) => reading_key))
    const ids = new Set(rivals.map(({ id }) => id))
    for (const one of others) {
      const { account, key, tries, done, failed } = one
      if (names.has(account.username)) done(err('username_taken'))
      else if (readsAlone && keys.has(key)) done(err('username_taken_lookalike'))
      else if (ids.has(account.id)) failed(new Error(`A second account with the id ${account.id}`))
      else if (tries < MAX_TRIES) waiting.push({ ...one, tries: tries + 1 })
      else done(err('storage_unavailable'))
    }
  }

  function refuse(batch: readonly Waiting[]): void {
    for (const { done } of batch) done(err('storage_unavailable'))
  }
}
