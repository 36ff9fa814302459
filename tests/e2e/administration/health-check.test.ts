import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeSelfSigned } from '../../../scripts/support/write-self-signed.ts'
import { logged, spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'

const { afterwards } = visits()

async function daemonWith(tls: boolean): Promise<SpawnedDaemon> {
  const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  afterwards(() => rm(cwd, { recursive: true, force: true }))
  const server = tls ? { enable_tls: true, ...(await writeSelfSigned(cwd)) } : {}
  const daemon = await spawnDaemon({ cwd, config: { server } })
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

/** The exit code of deploy/health-check.mjs, and what it prints on standard error. */
async function check(port: number): Promise<readonly [number | null, string]> {
  const child = spawn(process.execPath, ['deploy/health-check.mjs', String(port)])
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text))
  await once(child, 'close')
  return [child.exitCode, printed]
}

describe('the health check', () => {
  test.each([false, true])(
    'DEPLOY-9 finds a daemon healthy, and is silent in its log; with TLS: %s',
    async (tls) => {
      const daemon = await daemonWith(tls)
      expect(await check(daemon.port)).toEqual([0, ''])
      expect(await daemon.stop()).toBe(0)
      const lines = daemon.lines.map(({ level, msg }) => [level, msg])
      expect(lines.filter(([, msg]) => /connection (opened|closed)/.test(String(msg)))).toEqual([])
      expect(lines.filter(([level]) => level === 'warn' || level === 'error')).toEqual([])
      expect(logged(daemon, 'connections that said nothing')).toMatchObject([{ count: 1 }])
    },
  )

  test('DEPLOY-9 finds that one that has ended is not', async () => {
    const daemon = await daemonWith(false)
    await daemon.stop()
    expect(await check(daemon.port)).toEqual([1, expect.stringContaining('ECONNREFUSED')])
  })

  test.skipIf(process.platform === 'win32')('DEPLOY-9 finds that one that hangs is not', async () => {
    const daemon = await daemonWith(false)
    daemon.child.kill('SIGSTOP')
    expect(await check(daemon.port)).toEqual([1, 'not healthy: no answer within 4000 ms\n'])
  })
})
