import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { logged, spawnDaemon } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

const { afterwards } = visits()

async function place(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'roomrtc-special-'))
  afterwards(() => rm(path, { recursive: true }))
  return path
}

/** Its faults, and the exit code; a start that hangs is ended, and has the code null. */
async function start(cwd: string, config: object, args: readonly string[] = []) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: {
      ...process.env,
      CONFIG: JSON.stringify({ server: { port: 0 }, http: { enable: false }, ...config }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 20_000,
  })
  const closed = once(child, 'close')
  const faults = await text(child.stderr)
  await closed
  return { faults, code: child.exitCode }
}

describe.skipIf(process.platform !== 'linux')('a start', () => {
  test.each([
    [
      'a FIFO as log file',
      { logging: { enable_file: true, log_file_path: 'fifo' } },
      'logging.log_file_path',
    ],
    [
      'a log file under /proc',
      { logging: { enable_file: true, log_file_path: '/proc/self/logs/x' } },
      'logging.log_file_path',
    ],
    [
      'a data directory under /proc',
      { persistence: { data_directory: '/proc/self/data' } },
      '/proc/self/data/users.txt',
    ],
    ['a FIFO as account file', { persistence: { data_directory: 'accounts' } }, 'accounts/users.txt'],
    ['a FIFO as PKCS#12 file', { server: { enable_tls: true, pkcs12_path: 'fifo' } }, 'server.pkcs12_path'],
    [
      'a device as certificate',
      { server: { enable_tls: true, cert_path: '/dev/zero', key_path: 'fifo' } },
      'server.cert_path',
    ],
  ])('LIFE-4 LOG-11 with %s is refused, and does not hang', async (_what, config, named) => {
    const cwd = await place()
    execFileSync('mkdir', [join(cwd, 'accounts')])
    execFileSync('mkfifo', [join(cwd, 'fifo'), join(cwd, 'accounts', 'users.txt')])
    const { faults, code } = await start(cwd, config)
    expect(faults).toContain(named)
    expect(code).toBe(1)
  })

  test.each(['fifo', '/dev/zero'])(
    'CONF-2 with the configuration %s is refused, and does not hang',
    async (path) => {
      const cwd = await place()
      execFileSync('mkfifo', [join(cwd, 'fifo')])
      const { faults, code } = await start(cwd, {}, [path])
      expect(faults).toContain(`${path}: the configuration cannot be read (it is not a file)`)
      expect(code).toBe(1)
    },
  )

  test('LIFE-31 says which account file it uses and how many accounts are in it, or that it made a new one', async () => {
    const cwd = await place()
    const path = join(await realpath(cwd), 'users.txt')
    const first = await spawnDaemon({ cwd })
    expect(logged(first, 'a new account file was made')).toMatchObject([{ path, accounts: 0 }])
    await first.stop()
    await writeFile(path, `1|alice|${'0'.repeat(16)}|1763632800\n`)
    const second = await spawnDaemon({ cwd })
    expect(logged(second, 'accounts loaded')).toMatchObject([{ path, accounts: 1 }])
    await second.stop()
  })
})
