import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { onTestFinished } from 'vitest'
import type { Log } from '../../../src/application/ports/system/log.ts'
import type { UserStore } from '../../../src/application/ports/user-store.ts'
import { parseUserId, type UserId } from '../../../src/domain/ids.ts'
import type { Account } from '../../../src/domain/user.ts'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import {
  openFileUserStore,
  type FileUserStoreOptions,
} from '../../../src/infrastructure/users-file/open-file-user-store.ts'

export const HASH = `$2b$10$${'a'.repeat(53)}`
export const OTHER_HASH = `$2b$10$${'b'.repeat(53)}`

function userId(text: string): UserId {
  const id = parseUserId(text)
  if (id === undefined) throw new Error(`not an id: ${text}`)
  return id
}

export function account(username: string, id = `id-${encodeURIComponent(username)}`): Account {
  return { id: userId(id), username, passwordHash: HASH, createdAt: 1_700_000_000 }
}

export function line({ id, username, passwordHash, createdAt, disabled = false }: Account): string {
  return `${id}|${username}|${disabled ? '!' : ''}${passwordHash}|${createdAt}\n`
}

interface Logged {
  readonly level: string
  readonly text: string
}

/** A directory of its own, gone when the test ends, with the stores that were opened in it closed before. */
class Place {
  readonly dir: string
  readonly path: string
  readonly logged: Logged[] = []
  readonly log: Log
  readonly #stores: UserStore[] = []

  constructor(dir: string) {
    this.dir = dir
    this.path = join(dir, 'users.txt')
    const write = (level: string) => (fields: object, message: string) => {
      this.logged.push({ level, text: `${message} ${inspect(fields)}` })
    }
    this.log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  }

  async open(options: Partial<FileUserStoreOptions> = {}): Promise<UserStore> {
    const pause = () => Promise.resolve()
    const store = await openFileUserStore({ path: this.path, log: this.log, pause, ...options })
    this.#stores.push(store)
    return store
  }

  /** The faults because of which the store does not open. */
  async faults(): Promise<readonly string[]> {
    const outcome = await this.open().catch((error: unknown) => error)
    if (outcome instanceof StartupError) return outcome.faults
    throw new Error('the store opened, or failed otherwise', { cause: outcome })
  }

  content(name = 'users.txt'): Promise<string> {
    return readFile(join(this.dir, name), 'utf8')
  }

  /** Puts another file in its place, as an editor does that saves by renaming. */
  async replace(content: string): Promise<void> {
    await writeFile(join(this.dir, 'edited'), content, { mode: 0o600 })
    await rename(join(this.dir, 'edited'), this.path)
  }

  warnings(): string[] {
    return this.logged.filter(({ level }) => level === 'warn').map(({ text }) => text)
  }

  errors(): string[] {
    return this.logged.filter(({ level }) => level === 'error').map(({ text }) => text)
  }

  async remove(): Promise<void> {
    for (const store of this.#stores) await store.close()
    await rm(this.dir, { recursive: true, force: true })
  }
}

export async function newPlace(): Promise<Place> {
  const place = new Place(await mkdtemp(join(tmpdir(), 'roomrtc-users-')))
  onTestFinished(() => place.remove())
  return place
}

export async function names(store: UserStore): Promise<string[]> {
  return Array.from(await store.list(), ({ username }) => username)
}
