import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configSchema } from '../../../src/config/schema.ts'
import { loadPostgres } from '../../../src/daemon/resources/load-postgres.ts'
import { migrate } from '../../../src/infrastructure/postgres/migrations/migrate.ts'
import { startPostgres } from '../programs/postgres-server.ts'
import { startRedis } from '../programs/redis-server.ts'
import { sql, TEMPLATE } from './databases.ts'

/** What these tests keep need not survive anything. */
const CARELESS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '400' }

/**
 * ROOMRTC_TEST_NODES has each daemon of the tests be so many nodes. Redis, and PostgreSQL where there are several, are
 * started here for all of them.
 */
export async function setup(): Promise<() => Promise<void>> {
  const ends: (() => unknown)[] = []
  const { ROOMRTC_TEST_NODES: nodes = '' } = process.env
  if (nodes !== '' && nodes !== '0') {
    // With its append-only file, as nodes want it.
    const { url } = await startRedis(ends, { options: ['--appendonly', 'yes', '--appendfsync', 'no'] })
    process.env['ROOMRTC_TEST_REDIS'] = url
  }
  if (Number(nodes) > 1) {
    const { server, end } = await startPostgres({ settings: CARELESS })
    ends.push(end)
    await makeTemplate(server.superUrl)
    process.env['ROOMRTC_TEST_POSTGRES'] = server.superUrl
    const directory = await mkdtemp(join(tmpdir(), 'roomrtc-token-keys-'))
    ends.push(() => rm(directory, { recursive: true }))
    process.env['ROOMRTC_TEST_TOKEN_KEYS'] = directory
  }
  return async () => {
    for (const end of ends.toReversed()) await end()
  }
}

async function makeTemplate(superUrl: string): Promise<void> {
  await sql(superUrl, `CREATE DATABASE ${TEMPLATE}`)
  const url = new URL(superUrl)
  url.pathname = TEMPLATE
  const loaded = await loadPostgres(configSchema.parse({ persistence: { postgres_url: String(url) } }))
  if (!loaded.ok || loaded.value === undefined) throw new Error('no settings of the template')
  await migrate(loaded.value)
}
