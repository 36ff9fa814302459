import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type PostgresServer, startPostgres } from '../../../tests/support/programs/postgres-server.ts'
import { type RedisServer, startRedis } from '../../../tests/support/programs/redis-server.ts'
import { LoadGenerator } from '../load-generator.ts'
import { withDirectory } from '../machine/with-directory.ts'
import { writeAccounts } from './accounts.ts'
import type { ServerProcess } from './server-process.ts'
import { DAEMON, type ServerOptions, startDaemon } from './servers.ts'

/** Several daemons on one Redis, with accounts in one PostgreSQL, and who plays their clients. */
export interface Nodes {
  readonly nodes: readonly ServerProcess[]
  readonly redis: RedisServer
  readonly postgres: PostgresServer
  readonly load: LoadGenerator
}

/** Why there can be no nodes on this machine; undefined where there can. */
export function lacksNodes(): string | undefined {
  if (spawnSync('redis-server', ['--version']).status !== 0) return 'there is no redis-server'
  const hasPostgres = existsSync('/usr/lib/postgresql') || spawnSync('postgres', ['--version']).status === 0
  return hasPostgres ? undefined : 'there is no PostgreSQL'
}

/** Starts so many nodes, each with a directory of its own, and makes the accounts; all are gone after the task. */
export async function withNodes<T>(
  count: number,
  { accounts = 0, ...options }: ServerOptions,
  task: (all: Nodes) => Promise<T>,
): Promise<T> {
  const ends: (() => unknown)[] = []
  try {
    const redis = await startRedis(ends)
    const postgres = await startPostgres()
    ends.push(postgres.end)
    const postgresUrl = await postgres.server.createDatabase()
    const load = new LoadGenerator()
    ends.push(() => load.stop())
    return await withDirectories(count, async (directories) => {
      const nodes: ServerProcess[] = []
      try {
        importAccounts(directories[0] ?? '.', postgresUrl, accounts)
        for (const [n, directory] of directories.entries())
          nodes.push(await startDaemon(directory, withShared(options, { redis, postgresUrl, n })))
        return await task({ nodes, redis, postgres: postgres.server, load })
      } finally {
        await Promise.all(nodes.map((node) => node.stop()))
      }
    })
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}

function withShared(
  options: ServerOptions,
  {
    redis,
    postgresUrl,
    n,
  }: { readonly redis: RedisServer; readonly postgresUrl: string; readonly n: number },
): ServerOptions {
  return {
    ...options,
    config: {
      ...options.config,
      persistence: { postgres_url: postgresUrl },
      cluster: { redis_url: redis.url, node_name: `node-${n}` },
    },
  }
}

function importAccounts(directory: string, postgresUrl: string, count: number): void {
  const file = join(directory, 'users.txt')
  writeAccounts(directory, count, BCRYPT_COST)
  execFileSync(process.execPath, [DAEMON, 'ctl', 'users', 'import', file], {
    cwd: directory,
    env: { ...process.env, CONFIG: JSON.stringify({ persistence: { postgres_url: postgresUrl } }) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  rmSync(file)
}

const BCRYPT_COST = 4

function withDirectories<T>(count: number, task: (directories: readonly string[]) => Promise<T>): Promise<T> {
  if (count === 0) return task([])
  return withDirectory((own) => withDirectories(count - 1, (others) => task([own, ...others])))
}
