import type { Log } from '../../application/ports/system/log.ts'
import type { Pause } from '../../application/ports/system/pause.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import type { KeyStore } from '../tokens/keys/key-store.ts'
import { parseStoredKeys, type StoredKeys } from '../tokens/keys/stored-keys.ts'
import type { Database, Statement } from './database.ts'
import { causeOf } from './failure.ts'
import { Feed } from './feed.ts'
import { nameOf, type PostgresSettings } from './settings.ts'

interface Parts {
  readonly settings: PostgresSettings
  readonly database: Database
  readonly log: Log
  readonly pause: Pause
  readonly fraction: () => number
}

interface Row {
  readonly keys: string
}

const PUT: Statement = {
  name: 'put_token_keys',
  text: 'INSERT INTO roomrtc.token_keys (keys) VALUES ($1::jsonb) ON CONFLICT DO NOTHING RETURNING keys::text',
}

const READ: Statement = { name: 'read_token_keys', text: 'SELECT keys::text FROM roomrtc.token_keys' }

const REPLACE: Statement = {
  name: 'replace_token_keys',
  text: 'UPDATE roomrtc.token_keys SET keys = $1::jsonb WHERE keys = $2::jsonb RETURNING keys::text',
}

/**
 * The keys for tokens in the database, the same for all daemons. `first`: kept where there are none yet. Throws a StartupError
 * where they cannot be used.
 */
export async function openTokenKeys(
  { settings, database, log, pause, fraction }: Parts,
  first: StoredKeys,
): Promise<{ readonly store: KeyStore; readonly close: () => Promise<void> }> {
  const unusable = (what: string) =>
    new StartupError([`${nameOf(settings)}: the keys for tokens cannot be used: ${what}`])
  const put = await database.run<Row>(PUT, [JSON.stringify(first)])
  const keys = put.ok ? await read() : undefined
  if (keys === undefined) throw unusable('the log says why')
  let heard: (keys: StoredKeys) => void = () => undefined

  /** One after another: nothing older takes the place of what is newer. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
  const look = () =>
    inTurn(async () => {
      const now = await read()
      if (now !== undefined) heard(now)
    })

  const feed = await Feed.open({
    settings,
    channel: 'roomrtc_token_keys',
    heard: () => void look(),
    connected: look,
    checked: look,
    ...{ log, pause, fraction },
  }).catch((error: unknown) => {
    throw unusable(causeOf(error))
  })

  return {
    store: {
      keys,
      save: (made, replaced) =>
        inTurn(async () => {
          const saved = await database.run<Row>(REPLACE, [JSON.stringify(made), JSON.stringify(replaced)])
          if (saved.ok && saved.value.length > 0) return 'kept'
          const now = saved.ok ? await read() : undefined
          if (now === undefined) throw new Error('the database cannot be used')
          return now
        }),
      others: {
        look,
        follow(hears) {
          heard = hears
        },
      },
    },
    close: () => feed.close(),
  }

  async function read(): Promise<StoredKeys | undefined> {
    const found = await database.run<Row>(READ, [])
    const row = found.ok ? found.value[0] : undefined
    if (row === undefined) return undefined
    const parsed = parseStoredKeys(row.keys)
    if (parsed.ok) return parsed.value
    log.error({ fault: parsed.error }, 'the keys for tokens in the database cannot be used')
    return undefined
  }
}
