import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { HOSTILE, sayHostileThings } from '../../support/wire/hostile-client.ts'
import { connectRaw } from '../../support/wire/raw-client.ts'
import { logged, spawnDaemon } from '../../support/programs/spawned-daemon.ts'

const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const ACCOUNT = /^[0-9a-f-]{36}\|mallory\|\$2b\$04\$[./A-Za-z0-9]{53}\|\d{10}\n$/

const ends = endsAfterEach()

function home(): string {
  const cwd = mkdtempSync(join(tmpdir(), 'roomrtc-'))
  ends.push(() => {
    rmSync(cwd, { recursive: true })
  })
  return cwd
}

async function attack(port: number): Promise<void> {
  const client = await connectRaw(port)
  ends.push(() => client.close())
  await sayHostileThings(client)
}

test('LIFE-28 LOG-4 STORE-7 AUTH-3 nothing that a client sends forges a line of the log or of the account file', async () => {
  const cwd = home()
  const logging = { log_level: 'trace', enable_file: true, log_file_path: 'daemon.log' }
  const daemon = await spawnDaemon({ cwd, config: { logging, security: { bcrypt_cost: 4 } } })
  ends.push(() => daemon.stop('SIGKILL'))
  await attack(daemon.port)
  expect(await daemon.stop()).toBe(0)

  const text = readFileSync(join(cwd, 'daemon.log'), 'utf8')
  expect(text).not.toMatch(UNSAFE)
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(lines).toEqual(daemon.lines)
  for (const { pid, msg } of daemon.lines) {
    expect(pid).toBe(daemon.child.pid)
    expect(msg).not.toContain('forged')
  }
  expect(logged(daemon, 'negotiated')).toMatchObject([{ client: HOSTILE }])
  expect(logged(daemon, 'refused').length).toBeGreaterThan(20)
  expect(readFileSync(join(cwd, 'users.txt'), 'utf8')).toMatch(ACCOUNT)
})

test.skipIf(process.platform !== 'linux')(
  'LIFE-28 LOG-15 nothing that a client sends moves the cursor of the terminal that shows the log',
  async () => {
    const cwd = home()
    const config = {
      server: { port: 0, shutdown_timeout_ms: 60_000 },
      http: { enable: false },
      logging: { log_level: 'trace' },
      security: { bcrypt_cost: 4 },
    }
    // util-linux's `script` gives the daemon a terminal and passes on what it writes there.
    const command = `exec ${process.execPath} ${join(process.cwd(), 'dist/main.js')}`
    const terminal = spawn(
      'script',
      ['--quiet', '--return', '--flush', '--echo', 'never', '--command', command, '/dev/null'],
      {
        cwd,
        env: { ...process.env, CONFIG: JSON.stringify(config) },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    )
    ends.push(() => terminal.kill('SIGKILL'))
    const closed = once(terminal, 'close')
    let output = ''
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    const shown = () => output.replaceAll(/\x1b\[\d+m/g, '').replaceAll('\r\n', '\n')
    const until = async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const found = pattern.exec(shown())?.[1]
        if (found !== undefined) return found
        await once(terminal.stdout, 'data')
      }
    }
    const port = await until(/listening\n[^[]*port: (\d+)\n/)
    await attack(Number(port))
    await until(/(connection closed)/)
    // Control and C, as typed.
    terminal.stdin.write('\x03')
    expect(await closed).toEqual([0, null])

    expect(output).toContain('\x1b[32mINFO')
    expect(shown()).not.toMatch(UNSAFE)
    expect(shown()).toContain('\\u001b[2J\\u009b2J')
    const unindented = shown()
      .split('\n')
      .filter((line) => /^\S/.test(line))
    expect(unindented.length).toBeGreaterThan(20)
    expect(
      unindented.filter((line) => !/^\[\d\d:\d\d:\d\d\.\d{3}\] (INFO|DEBUG): [a-z ]+$/.test(line)),
    ).toEqual([])
  },
)
