import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { endsAfterEach } from '../../support/ends.ts'
import { ctl } from '../../support/programs/control.ts'
import { runProgram } from '../../support/programs/run-program.ts'
import { spawnDaemon, type SpawnOptions } from '../../support/programs/spawned-daemon.ts'

const ends = endsAfterEach()

const report = z.object({
  faults: z.int(),
  warnings: z.int(),
  findings: z.array(
    z.object({ check: z.string(), level: z.string(), message: z.string(), cure: z.string() }),
  ),
})

const config = { webrtc: { stun_servers: [] } }

async function start(options: SpawnOptions = {}) {
  const daemon = await spawnDaemon({ config, ...options })
  ends.push(async () => {
    await daemon.stop('SIGKILL')
    await rm(daemon.cwd, { recursive: true })
  })
  // The configuration that the daemon has.
  const env = { CONFIG: JSON.stringify({ ...config, server: { port: 0 }, http: { enable: false } }) }
  const doctor = (args: readonly string[] = [], input = '') =>
    runProgram(['doctor', ...args], { cwd: daemon.cwd, env, input })
  const look = async (args: readonly string[] = [], input = '') => {
    const { code, out } = await doctor(['--json', ...args], input)
    return { code, ...report.parse(JSON.parse(out)) }
  }
  return { daemon, doctor, look }
}

describe('roomrtc-server doctor', () => {
  test('DOCTOR-8 DOCTOR-9 finds no fault with the daemon of this machine, and logs in with a password of standard input', async () => {
    const { daemon, look } = await start()
    expect((await ctl(daemon, ['users', 'add', 'alice'], 'a password\n')).code).toBe(0)
    const { code, faults, findings } = await look(['--user', 'alice'], 'a password\n')
    expect(findings.filter(({ level }) => level === 'fault')).toEqual([])
    expect({ code, faults }).toEqual({ code: 0, faults: 0 })
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'configuration',
        'daemon',
        'descriptors',
        'disk',
        'permissions',
        'tcp',
        'login',
      ]),
    )
    expect(findings.find(({ check }) => check === 'turn')).toMatchObject({ level: 'warning' })
  })

  test('DOCTOR-8 DOCTOR-9 accounts that others may read are a fault, with its cure in the same line', async () => {
    const { daemon, doctor } = await start()
    await chmod(join(daemon.cwd, 'users.txt'), 0o644)
    const { code, out } = await doctor()
    expect(code).toBe(1)
    expect(out).toMatch(
      /^fault {4}permissions {4}others may open .*users\.txt\. Cure: chmod 600 .*users\.txt$/m,
    )
    expect(out).toMatch(/\nfaults: 1, warnings: \d+\n$/)
  })

  test('DOCTOR-8 few open files are a warning, and a daemon that does not run a fault', async () => {
    const { daemon, look } = await start({ under: ['prlimit', '--nofile=300:300'] })
    const few = (await look()).findings.find(({ check }) => check === 'descriptors')
    expect(few).toMatchObject({ level: 'warning', cure: expect.stringContaining('LimitNOFILE') })
    await daemon.stop()
    const { code, findings } = await look()
    expect(code).toBe(1)
    expect(findings.find(({ check }) => check === 'daemon')).toMatchObject({ level: 'fault' })
  })

  test('DOCTOR-8 DOCTOR-9 a configuration with faults is told, and a command line that is wrong is refused', async () => {
    const run = (args: readonly string[], CONFIG = '') =>
      runProgram(['doctor', ...args], { cwd: '.', env: { CONFIG } })
    const faulty = await run([], JSON.stringify({ server: { port: 'eighty' } }))
    expect(faulty.code).toBe(1)
    expect(faulty.out).toMatch(/^fault {4}configuration .*server\.port/m)
    expect(await run(['ftp://127.0.0.1'])).toMatchObject({ code: 2, err: expect.stringContaining('tcp://') })
    expect((await run(['--timeout', 'soon', '127.0.0.1'])).code).toBe(2)
  })
})
