import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { findFreePort } from './free-port.ts'

const DEADLINE_MS = 30_000
const RETRY_MS = 50

export const ROLE = 'roomrtc'
export const PASSWORD = 'never@to/be:seen'

/** A real PostgreSQL on 127.0.0.1, a process of its own with a directory of its own, which syncs to disk as any other. */
export interface PostgresServer {
  readonly port: number
  /** Of the superuser. */
  readonly superUrl: string
  /** A new database with nothing in it, of the role ROLE; its URL. */
  createDatabase(): Promise<string>
  /** As the superuser, in the database of a URL. */
  sql(url: string, text: string): Promise<readonly Record<string, unknown>[]>
  /** All connections are cut, and nobody gets another until the work is done. */
  whileAway(work: () => Promise<void>): Promise<void>
  /** All that serves the database of a URL stands still until the work is done. */
  whileSilent(url: string, work: () => Promise<void>): Promise<void>
}

export interface Options {
  readonly certificate?: { readonly cert: string; readonly key: string }
  /** Further ones, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

const DEBIAN = '/usr/lib/postgresql'

/** Debian keeps its programs where each version has its own. */
function program(name: string): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : []
  const [newest] = versions.map((version) => join(DEBIAN, version, 'bin', name)).filter(existsSync)
  return newest ?? name
}

/** Whoever the program may run as: it refuses to be root. */
function account(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (kind: string) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Made anew; `end` takes it away. */
export async function startPostgres({ certificate, settings: further }: Options = {}): Promise<{
  readonly server: PostgresServer
  readonly end: () => Promise<void>
}> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-postgres-'))
  const [data, sockets] = [join(directory, 'data'), join(directory, 'sockets')]
  const owner = account()
  await chmod(directory, 0o755)
  await mkdir(sockets)
  const files = { password: 'super', 'cert.pem': certificate?.cert, 'key.pem': certificate?.key }
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) continue
    await writeFile(join(directory, name), text, { mode: 0o600 })
    if (owner !== undefined) await chown(join(directory, name), owner.uid, owner.gid)
  }
  if (owner !== undefined) for (const path of [directory, sockets]) await chown(path, owner.uid, owner.gid)
  const auth = ['--auth=scram-sha-256', `--pwfile=${join(directory, 'password')}`, '--username=super']
  execFileSync(program('initdb'), ['-D', data, ...auth, '--no-sync', '--encoding=UTF8', '--locale=C'], {
    cwd: directory,
    ...owner,
    stdio: 'pipe',
  })

  const port = await findFreePort('tcp')
  const settings = {
    ...further,
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: sockets,
    ...(certificate === undefined
      ? {}
      : { ssl: 'on', ssl_cert_file: join(directory, 'cert.pem'), ssl_key_file: join(directory, 'key.pem') }),
  }
  let child: ChildProcess | undefined
  let output = ''

  async function start(): Promise<void> {
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const started = spawn(program('postgres'), ['-D', data, ...args], {
      cwd: directory,
      ...owner,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    started.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    const until = Date.now() + DEADLINE_MS
    while (!(await answers())) {
      if (started.exitCode !== null || Date.now() > until) throw new Error(`no PostgreSQL: ${output}`)
      await pause(RETRY_MS)
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill(signal)
    await closed
  }

  const urlOf = (database: string, role: string, password: string) =>
    `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`

  const answers = () =>
    asSuper('postgres', 'SELECT 1').then(
      () => true,
      () => false,
    )

  async function asSuper(database: string, text: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: urlOf(database, 'super', 'super') })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(text)).rows
    } finally {
      await client.end()
    }
  }

  let count = 0
  try {
    await start()
    await asSuper('postgres', `CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}'`)
  } catch (error) {
    await end('SIGKILL')
    await rm(directory, { recursive: true, force: true })
    throw error
  }
  const server: PostgresServer = {
    port,
    superUrl: urlOf('postgres', 'super', 'super'),
    async createDatabase() {
      const name = `test_${++count}`
      await asSuper('postgres', `CREATE DATABASE ${name} OWNER ${ROLE}`)
      return urlOf(name, ROLE, PASSWORD)
    },
    sql: (url, text) => asSuper(new URL(url).pathname.slice(1), text),
    async whileSilent(url, work) {
      const rows = await server.sql(
        url,
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      )
      const pids = [Number(child?.pid), ...rows.map(({ pid }) => Number(pid))]
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      try {
        await work()
      } finally {
        for (const pid of pids.toReversed()) process.kill(pid, 'SIGCONT')
      }
    },
    async whileAway(work) {
      await end('SIGINT')
      try {
        await work()
      } finally {
        await start()
      }
    },
  }
  return {
    server,
    async end() {
      await end('SIGQUIT')
      if (existsSync(directory)) await rm(directory, { recursive: true })
    },
  }
}
