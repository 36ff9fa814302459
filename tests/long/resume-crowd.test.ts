import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { writeAccounts } from '../../bench/harness/servers/accounts.ts'
import { logInResumable, type Resumable, resumeAll } from '../../bench/load/clients/resumable.ts'
import { endsAfterEach } from '../support/ends.ts'
import { spawnDaemon } from '../support/programs/spawned-daemon.ts'

const SIZE = 2000
const WAVE = 100
const LOG = 'daemon.log'
/** Longer than the test may take. */
const AGES_MS = 600_000

const ends = endsAfterEach()

function cutAll(members: readonly Resumable[]): void {
  for (const { client } of members) client.cut()
}

const line = z.object({ msg: z.string(), user: z.string().optional() })

function linesOf(path: string) {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => line.parse(JSON.parse(text)))
}

test(
  `LIFE-15 RESUME-2 LIFE-12 ${SIZE} sessions that are cut at once all resume, and no password is hashed for it`,
  { timeout: 180_000 },
  async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'roomrtc-crowd-'))
    ends.push(() => {
      rmSync(cwd, { recursive: true })
    })
    const start = async (bcrypt_cost: number) => {
      const room = 2 * SIZE
      const server = { max_connections_per_address: room, max_guests_per_address: room }
      const config = {
        security: { bcrypt_cost, enable_rate_limiting: false },
        server,
        // Nobody is to be late, however long all of it takes.
        resume: { window_ms: AGES_MS },
        limits: { login_timeout_ms: AGES_MS, drain_timeout_ms: AGES_MS },
        // This process is too busy to read all of the daemon's output as it comes, and the daemon does not wait for that.
        logging: { enable_file: true, log_file_path: LOG },
      }
      const daemon = await spawnDaemon({ cwd, config })
      ends.push(() => daemon.stop('SIGKILL'))
      return daemon
    }

    writeAccounts(cwd, SIZE, 4)
    const first = await start(4)
    const members: Resumable[] = []
    // In waves that leave again at once, since each login is told to everybody who is there.
    for (let at = 0; at < SIZE; at += WAVE) {
      const wave = await logInResumable({ port: first.port, tls: false }, at, WAVE)
      cutAll(wave)
      members.push(...wave)
    }
    expect(await first.stop()).toBe(0)
    rmSync(join(cwd, LOG))

    // At this cost a single hash takes seconds: the crowd would not be back within the hour.
    const second = await start(15)
    const address = { port: second.port, tls: false }
    const back = await resumeAll(address, members)
    cutAll(back)
    cutAll(await resumeAll(address, back))
    expect(await second.stop()).toBe(0)
    const lines = linesOf(join(cwd, LOG))
    const resumed = lines.filter(({ msg }) => msg === 'session resumed')
    expect(resumed).toHaveLength(2 * SIZE)
    expect(new Set(resumed.map(({ user }) => user)).size).toBe(SIZE)
    expect(lines.filter(({ msg }) => msg === 'session ended' || msg === 'logged in')).toEqual([])
  },
)
