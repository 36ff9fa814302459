import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Fault, startFaultyProxy } from '../../support/conformance/faulty-proxy.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { findFreePort } from '../../support/programs/free-port.ts'
import { runProgram } from '../../support/programs/run-program.ts'

const ends = endsAfterEach()
const run = (...args: readonly string[]) => runProgram(['conformance', ...args], { cwd: '.' })

const behaviour = z.object({ id: z.string(), verdict: z.string(), findings: z.array(z.unknown()) })
const serverReport = z.object({
  server: z.string().optional(),
  behaviours: z.array(behaviour),
  accounts: z.object({ made: z.int(), left: z.array(z.string()) }),
})
const clientReport = z.object({ behaviours: z.array(behaviour) })

async function startDaemon(config: Parameters<typeof startTestDaemon>[0] = {}): Promise<number> {
  const daemon = await startTestDaemon(config)
  ends.push(() => daemon.stop())
  return daemon.port
}

async function startBroken(planted: Omit<Fault, 'title' | 'fails'>): Promise<number> {
  const proxy = await startFaultyProxy(await startDaemon(), { title: '', fails: [], ...planted })
  ends.push(() => proxy.close())
  return proxy.port
}

/** Takes connections, and says nothing. */
async function startSilent(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}

describe('roomrtc-server conformance server', () => {
  test('KIT-6 a server that does right: exit code 0, what passed, and that the accounts are gone', async () => {
    const { code, out } = await run(
      'server',
      `localhost:${await startDaemon()}`,
      '--only',
      'AUTH-2',
      'CALL-6',
    )
    expect(code).toBe(0)
    expect(out).toMatch(/^localhost:\d+ is roomrtc-server\/\S+ and offers resume, call_control/)
    expect(out).toMatch(/\n\npassed\n {2}AUTH-2 CALL-6\n\n2 behaviours: 2 passed, 0 failed, 0 skipped\n\n/)
    expect(out).toMatch(/\n\d+ accounts were made, and deleted at the end\n$/)
  })

  test('KIT-6 a server that does wrong: exit code 1, and the step with what was expected and what came', async () => {
    const port = await startBroken({
      from: 'server',
      type: 'REGISTER_RESPONSE',
      do: { replace: { success: 1 } },
    })
    const { code, out } = await run('server', `127.0.0.1:${port}`, '--only', 'AUTH-1')
    expect(code).toBe(1)
    expect(out).toMatch(
      /\nFAILED AUTH-1: .+\n {2}scenario {2}accounts\n {2}step .+\n {2}expected .+\n {2}came /,
    )
    expect(out).toContain('"success":1,')
    expect(out).toContain('1 behaviours: 0 passed, 1 failed, 0 skipped')
  })

  test('KIT-6 --json tells the same to a program, and --keep-accounts leaves the accounts', async () => {
    const address = `127.0.0.1:${await startDaemon()}`
    const { code, out } = await run(
      'server',
      address,
      '--json',
      '--keep-accounts',
      '--only',
      'CALL-5',
      'BEAT-2',
    )
    const { behaviours, accounts } = serverReport.parse(JSON.parse(out))
    expect(code).toBe(0)
    expect(behaviours).toMatchObject([
      {
        id: 'BEAT-2',
        verdict: 'skipped',
        findings: expect.arrayContaining([
          expect.objectContaining({
            outcome: { verdict: 'skipped', why: expect.stringContaining('longer than --patience') },
          }),
        ]),
      },
      { id: 'CALL-5', verdict: 'passed' },
    ])
    expect(accounts.left).toHaveLength(accounts.made)
  })

  test('KIT-6 no server that answers within --timeout: exit code 3', async () => {
    const [nobody, silent] = [await findFreePort('tcp'), await startSilent()]
    const [refused, mute, muteTls] = await Promise.all([
      run('server', `127.0.0.1:${nobody}`),
      run('server', `127.0.0.1:${silent}`, '--timeout', '0.2'),
      run('server', `127.0.0.1:${silent}`, '--timeout', '0.2', '--tls', '--json'),
    ])
    expect(refused).toMatchObject({ code: 3, out: '', err: expect.stringContaining('ECONNREFUSED') })
    expect(mute).toMatchObject({ code: 3, err: expect.stringContaining('within 200 ms') })
    expect(muteTls.code).toBe(3)
    expect(JSON.parse(muteTls.err)).toEqual({
      error: { reason: 'unreachable', message: expect.stringContaining('no TLS handshake within 200 ms') },
    })
  })
})

describe('roomrtc-server conformance client', () => {
  test('KIT-8 KIT-6 a driver that does nothing fails; --json tells it and nothing else', async () => {
    const lazy = `${process.execPath} -e "process.stdin.resume()" --`
    const { code, out } = await run(
      'client',
      '--listen',
      '127.0.0.1:0',
      '--driver',
      lazy,
      '--scenario',
      'split',
      '--timeout',
      '0.3',
      '--json',
    )
    expect(code).toBe(1)
    expect(clientReport.parse(JSON.parse(out)).behaviours).toMatchObject([
      {
        id: 'CLIENT-1',
        verdict: 'failed',
        findings: [
          { outcome: { step: 2, expected: 'a connection', got: expect.stringContaining('within 300 ms') } },
        ],
      },
    ])
  })

  test('KIT-6 --list names every scenario', async () => {
    const { code, out } = await run('client', '--list', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      scenarios: expect.arrayContaining([
        { name: 'split', id: ['CLIENT-1'], title: 'everything comes one byte at a time' },
      ]),
    })
  })

  test('KIT-6 what is asked wrongly: exit code 2, and why', async () => {
    const taken = await startSilent()
    const wrong: readonly (readonly [args: readonly string[], why: string])[] = [
      [['server', 'nowhere'], '"nowhere" is no HOST:PORT'],
      [['server', '127.0.0.1:1', '--only', 'nonsense'], 'no scenario is about nonsense'],
      [['server', '127.0.0.1:1', '--ca', '/nowhere.pem'], 'the certificates of --ca cannot be read'],
      [['server', '127.0.0.1:1', '--timeout', '0'], 'It must be a number above 0'],
      [['client'], 'name a scenario by --scenario'],
      [['client', '--scenario', 'no-such'], 'there is no scenario no-such'],
      [['client', '--scenario', 'split', '--listen', '8080'], '"8080" is no HOST:PORT'],
      [['client', '--scenario', 'split', '--listen', `127.0.0.1:${taken}`], 'EADDRINUSE'],
    ]
    await Promise.all(
      wrong.map(async ([args, why]) => {
        expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(why) })
      }),
    )
  })
})
