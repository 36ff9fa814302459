import type { ConnectionOptions } from 'node:tls'
import { type PostgresUrl, readPostgresUrl } from '../../config/postgres-url.ts'
import type { Config } from '../../config/schema.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { PostgresSettings } from '../../infrastructure/postgres/settings.ts'
import { readSmallFile } from './read-small-file.ts'

/** How the database is reached, with the files that its URL names; undefined where none is configured. */
export async function loadPostgres({
  persistence,
}: Config): Promise<Result<PostgresSettings | undefined, string[]>> {
  if (persistence.postgres_url === '') return ok(undefined)
  const url = readPostgresUrl(persistence.postgres_url)
  if (typeof url === 'string') throw new Error('a URL of a database passed the check')
  const tls = await loadTls(url)
  if (!tls.ok) return tls
  const { host, port, user, password, database } = url
  return ok({ host, port, user, password, database, tls: tls.value })
}

async function loadTls({
  sslMode,
  host,
  ...paths
}: PostgresUrl): Promise<Result<ConnectionOptions | undefined, string[]>> {
  if (sslMode === 'disable') return ok(undefined)
  const faults: string[] = []
  const read = async (path: string | undefined) => {
    if (path === undefined) return undefined
    const text = await readSmallFile(path)
    if (text.ok) return text.value
    faults.push(`persistence.postgres_url: ${path} cannot be read (${text.error})`)
    return undefined
  }
  const options: ConnectionOptions = {
    ca: await read(paths.rootCertPath),
    cert: await read(paths.certPath),
    key: await read(paths.keyPath),
    // Where it is an address, `pg` does not say so, and the certificate would be compared with `localhost`.
    host,
    rejectUnauthorized: sslMode !== 'require',
    ...(sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  }
  return faults.length > 0 ? err(faults) : ok(options)
}
