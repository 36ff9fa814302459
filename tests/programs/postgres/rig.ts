import { inspect } from 'node:util'
import { onTestFinished } from 'vitest'
import type { Log } from '../../../src/application/ports/system/log.ts'
import type { UserStore } from '../../../src/application/ports/user-store.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { loadPostgres } from '../../../src/daemon/resources/load-postgres.ts'
import { type AccountDatabase, openPostgres } from '../../../src/infrastructure/postgres/open-postgres.ts'
import type { PostgresSettings } from '../../../src/infrastructure/postgres/settings.ts'
import { systemPause } from '../../../src/infrastructure/system/system-pause.ts'

export interface Logged {
  readonly level: string
  readonly text: string
}

export async function settingsOf(url: string): Promise<PostgresSettings> {
  const loaded = await loadPostgres(configSchema.parse({ persistence: { postgres_url: url } }))
  if (!loaded.ok || loaded.value === undefined) throw new Error('no settings')
  return loaded.value
}

/** As one process opens it; closed when the test ends. */
export async function openStore(url: string, options: Options = {}): Promise<UserStore> {
  return (await openAll(url, options)).users
}

interface Options {
  readonly lookalikes?: 'refuse' | 'allow'
  readonly logged?: Logged[]
}

export async function openAll(
  url: string,
  { lookalikes = 'refuse', logged = [] }: Options = {},
): Promise<AccountDatabase> {
  const write = (level: string) => (fields: object, message: string) => {
    logged.push({ level, text: `${message} ${inspect(fields)}` })
  }
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  const opened = await openPostgres({
    settings: await settingsOf(url),
    lookalikes,
    log,
    pause: systemPause,
    fraction: () => 0,
  })
  onTestFinished(() => opened.users.close())
  return opened
}
