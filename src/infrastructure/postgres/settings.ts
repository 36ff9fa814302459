import type { ConnectionOptions } from 'node:tls'
import type { ClientConfig } from 'pg'

/** How a database is reached. What is undefined is taken from libpq's variables and `~/.pgpass`. */
export interface PostgresSettings {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  readonly database: string | undefined
  /** Undefined: without TLS. */
  readonly tls: ConnectionOptions | undefined
}

export const DEADLINES = {
  connectMs: 3000,
  /** Of a statement, as the database counts. */
  statementMs: 5000,
  /** The same as counted here, for a database that has gone silent. */
  answerMs: 6000,
}

/** For `pg`, without what is undefined: it would take that for a value. */
export function clientConfig({ tls, ...settings }: PostgresSettings): ClientConfig {
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  return {
    ...given,
    ssl: tls ?? false,
    application_name: 'roomrtc-server',
    keepAlive: true,
    connectionTimeoutMillis: DEADLINES.connectMs,
    statement_timeout: DEADLINES.statementMs,
    query_timeout: DEADLINES.answerMs,
  }
}

/** For people. */
export function nameOf({
  host = process.env.PGHOST ?? 'localhost',
  port,
  database,
}: PostgresSettings): string {
  const at = host.startsWith('/') ? host : `${host}:${port ?? process.env.PGPORT ?? 5432}`
  return database === undefined ? at : `${database} at ${at}`
}
