import { Client } from 'pg'
import { StartupError } from '../../../application/ports/system/startup-error.ts'
import { causeOf } from '../failure.ts'
import { clientConfig, nameOf, type PostgresSettings } from '../settings.ts'
import { type Migration, MIGRATIONS } from './migrations.ts'

/** What a migration may take, and how long another process may be at it. */
const MIGRATION_MS = 10 * 60_000
const LOCK_MS = 60_000

/** Of all processes that want to migrate one database one does so at a time. Any number will do. */
const LOCK = '7310588215003001719'

const OLDEST_SERVER = 130_000

interface Migrated {
  /** Those that were applied now. */
  readonly applied: readonly Migration[]
  /** How many there are in all. */
  readonly known: number
}

/**
 * Looks whether the database can be used, and brings its tables up to date: all migrations or none, so that a start that fails
 * leaves the database as it was. Throws a StartupError with all that is wrong.
 */
export async function migrate(
  settings: PostgresSettings,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Migrated> {
  const client = new Client({ ...clientConfig(settings), statement_timeout: 0, query_timeout: MIGRATION_MS })
  client.on('error', () => undefined)
  try {
    await client.connect().catch((error: unknown) => {
      throw new StartupError([
        `persistence.postgres_url: no connection to ${nameOf(settings)}: ${causeOf(error)}`,
      ])
    })
    const faults = await whatIsWrong(client)
    const done = await readApplied(client)
    faults.push(...contradictions(done, migrations))
    if (faults.length > 0) throw new StartupError(faults.map((fault) => `${nameOf(settings)}: ${fault}`))
    // Most often there is nothing to do: then neither a lock nor the right to make tables is needed.
    if (done.length === migrations.length) return { applied: [], known: migrations.length }
    return { applied: await apply(client, migrations), known: migrations.length }
  } catch (error) {
    if (error instanceof StartupError) throw error
    throw new StartupError([
      `${nameOf(settings)}: the tables cannot be made or brought up to date: ${causeOf(error)}. A role that may do so can: roomrtc-server ctl migrate`,
    ])
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function whatIsWrong(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ version: number; encoding: string; standby: boolean }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
      pg_is_in_recovery() AS standby`,
  )
  return rows.flatMap(({ version, encoding, standby }) => [
    ...(version < OLDEST_SERVER ? ['it is older than PostgreSQL 13'] : []),
    ...(encoding === 'UTF8' ? [] : [`its encoding is ${encoding}; make one with ENCODING 'UTF8'`]),
    ...(standby ? ['it is a standby, which cannot be written to; name the primary'] : []),
  ])
}

interface Applied {
  readonly number: number
  readonly name: string
}

async function readApplied(client: Client): Promise<readonly Applied[]> {
  const there = await client.query<{ there: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE n.nspname = 'roomrtc' AND c.relname = 'migrations') AS there`,
  )
  if (there.rows[0]?.there !== true) return []
  const { rows } = await client.query<Applied>('SELECT number, name FROM roomrtc.migrations ORDER BY number')
  return rows
}

function contradictions(done: readonly Applied[], migrations: readonly Migration[]): string[] {
  const last = done.at(-1)?.number ?? 0
  if (last > migrations.length) {
    return [
      `it is newer than this program: its tables are at migration ${last}, and this program knows ${migrations.length}. Install the newer program, or restore a backup from before`,
    ]
  }
  return done.flatMap(({ number, name }, index) => {
    const known = migrations[index]
    if (known?.number === number && known.name === name) return []
    return [`its migration ${number} (${name}) is none of this program`]
  })
}

async function apply(client: Client, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  await client.query('BEGIN')
  await client.query(`SET LOCAL statement_timeout = ${MIGRATION_MS}`)
  await client.query(`SET LOCAL lock_timeout = ${LOCK_MS}`)
  await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`)
  await client.query('CREATE SCHEMA IF NOT EXISTS roomrtc')
  await client.query(
    `CREATE TABLE IF NOT EXISTS roomrtc.migrations
      (number int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  )
  // Another process may have done it while this one waited.
  const done = await readApplied(client)
  const missing = migrations.slice(done.length)
  for (const { number, name, sql } of missing) {
    await client.query(sql)
    await client.query('INSERT INTO roomrtc.migrations (number, name) VALUES ($1, $2)', [number, name])
  }
  await client.query('COMMIT')
  return missing
}
