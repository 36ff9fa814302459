import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { spawnDaemon } from '../support/programs/spawned-daemon.ts'
import { visits } from '../support/wire/visits.ts'
import { example } from './example.ts'
import { canRun, run } from './program.ts'

const { afterwards } = visits()

/** Files of deploy/, and what each is called where it is installed. */
const units = [
  { file: 'roomrtc-server.service', unit: 'roomrtc-server.service' },
  { file: 'cluster/roomrtc-node@.service', unit: 'roomrtc-node@a.service' },
]

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-systemd-'))
  afterwards(() => rm(directory, { recursive: true, force: true }))
  return directory
}

describe.skipIf(!canRun('systemd-analyze', 'systemd'))('the systemd unit', () => {
  test.each(units)('DEPLOY-4 $file has no faults that systemd knows of', async ({ file, unit }) => {
    const path = join(await temporary(), unit)
    // The one program that must be there.
    await writeFile(path, await example(file, { '/usr/bin/node': process.execPath }), { mode: 0o644 })
    expect(run('systemd-analyze', ['verify', path])).not.toContain(unit)
  })

  test.each(units)(
    'DEPLOY-4 $file lets the daemon do so little that its exposure is at most 2.0',
    ({ file }) => {
      // Ends with another exit code than 0 above the threshold, which counts tenths.
      const rated = run('systemd-analyze', [
        'security',
        '--offline=true',
        '--no-pager',
        '--threshold=20',
        `deploy/${file}`,
      ])
      expect(rated).toMatch(/Overall exposure level for roomrtc-\S+.service: [01]\.\d/)
    },
  )
})

describe.skipIf(!canRun('systemd-notify', 'systemd') || !canRun('nc', 'netcat-openbsd'))(
  'systemd-notify',
  () => {
    test('DEPLOY-1 DEPLOY-2 its messages come at the socket that systemd names', async () => {
      const socket = join(await temporary(), 'notify')
      const receiver = spawn('nc', ['-lkuU', socket])
      const closed = once(receiver, 'close')
      afterwards(() => {
        receiver.kill('SIGKILL')
        return closed
      })
      // One message after the other; each is followed by the BARRIER=1 of systemd-notify.
      let told = ''
      receiver.stdout.setEncoding('utf8').on('data', (text: string) => (told += text))

      await expect.poll(() => existsSync(socket)).toBe(true)

      const daemon = await spawnDaemon({ env: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' } })
      afterwards(() => rm(daemon.cwd, { recursive: true }))
      afterwards(() => daemon.stop('SIGKILL'))
      await expect.poll(() => told).toMatch(/^READY=1BARRIER=1(WATCHDOG=1BARRIER=1){2}/)
      daemon.child.kill('SIGHUP')
      await expect.poll(() => told).toMatch(/RELOADING=1\nMONOTONIC_USEC=\d+[^]*BARRIER=1READY=1/)
      expect(await daemon.stop()).toBe(0)
      await expect.poll(() => told).toMatch(/STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000/)
    })
  },
)
