import { expect } from 'vitest'
import { parseUserId } from '../../../src/domain/ids.ts'
import type { UserStore } from '../../../src/application/ports/user-store.ts'
import { createMemoryUserStore } from '../../../src/infrastructure/memory/memory-user-store.ts'
import type { HouseClient } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'

export interface Entry {
  readonly user_id: string
  readonly username: string
  readonly state: string
}

interface Page {
  readonly users: readonly Entry[]
  readonly cursor: string | undefined
}

/** Accounts put there without the toil of registering; who is to log in has the password of `house.logIn`. */
export async function storeOf(names: Iterable<string>): Promise<UserStore> {
  const store = createMemoryUserStore('allow')
  for (const username of names) await addAccount(store, username)
  return store
}

export async function addAccount(store: UserStore, username: string): Promise<void> {
  const id = parseUserId(`id-${Buffer.from(username).toString('hex')}`.slice(0, 128))
  if (id === undefined) throw new Error(`no id for ${username}`)
  await store.insertIfAbsent({ id, username, passwordHash: 'plain pw', createdAt: 0 })
}

/** One page, its form checked. */
export async function page(client: HouseClient, wanted: object): Promise<Page> {
  const asked = { request_id: 'p', ...wanted }
  await client.send(T.USER_LIST_REQUEST, asked)
  const [answer, ...others] = client.take(T.USER_LIST_RESPONSE)
  if (answer === undefined) throw new Error(`no list: ${JSON.stringify(client.take())}`)
  expect(others).toEqual([])
  const { users, truncated, next_cursor: cursor, request_id } = answer.payload
  expect(request_id).toBe(asked.request_id)
  const more = truncated === undefined ? [] : ['truncated', 'next_cursor']
  expect(Object.keys(answer.payload)).toEqual(['users', ...more, 'request_id'])
  expect([undefined, true]).toContain(truncated)
  return { users: entries(users), cursor: typeof cursor === 'string' ? cursor : undefined }
}

/** All pages to the end; `look` is called after each. */
export async function pages(
  client: HouseClient,
  wanted: object,
  look: () => void = () => undefined,
): Promise<Page[]> {
  const found: Page[] = []
  let cursor: string | undefined
  do {
    const next = await page(client, { ...wanted, cursor })
    look()
    found.push(next)
    cursor = next.cursor
  } while (cursor !== undefined)
  return found
}

/** The order of the list, by means of its own: online first, then by the bytes of the name. */
export function byPlace(a: Entry, b: Entry): number {
  const later = (entry: Entry) => (entry.state === 'Disconnected' ? 1 : 0)
  return later(a) - later(b) || Buffer.compare(Buffer.from(a.username), Buffer.from(b.username))
}

function entries(value: unknown): Entry[] {
  if (!Array.isArray(value)) throw new Error('no users')
  return value.map((one: unknown) => {
    if (!isEntry(one)) throw new Error(`no user: ${JSON.stringify(one)}`)
    return one
  })
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'username' in value && 'state' in value
}
