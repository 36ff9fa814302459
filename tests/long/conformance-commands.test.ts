import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeIssued } from '../support/certificates.ts'
import { startFaultyProxy } from '../support/conformance/faulty-proxy.ts'
import { endsAfterEach } from '../support/ends.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { runProgram } from '../support/programs/run-program.ts'

const ends = endsAfterEach()
const run = (...args: readonly string[]) => runProgram(['conformance', ...args], { cwd: '.' })

async function startDaemon(config: Parameters<typeof startTestDaemon>[0]): Promise<number> {
  const daemon = await startTestDaemon(config)
  ends.push(() => daemon.stop())
  return daemon.port
}

test('KIT-6 over TLS a server passes whose certificate is trusted, and no other answers', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-kit-'))
  ends.push(() => rm(directory, { recursive: true }))
  const { cert, key, issuer } = await makeIssued({ names: ['localhost'] })
  const file = async (name: string, content: string) => {
    await writeFile(join(directory, name), content, { mode: 0o600 })
    return join(directory, name)
  }
  const [cert_path, key_path] = [await file('cert.pem', cert), await file('key.pem', key)]
  const port = await startDaemon({ server: { enable_tls: true, cert_path, key_path } })
  const ca = await file('ca.pem', issuer)
  const look = (...args: readonly string[]) => run('server', ...args, '--only', 'AUTH-1')

  expect(await look(`localhost:${port}`, '--ca', ca)).toMatchObject({
    code: 0,
    out: expect.stringContaining('passed\n  AUTH-1'),
  })
  const refused = (why: string) => ({ code: 3, out: '', err: expect.stringContaining(why) })
  expect(await look(`localhost:${port}`, '--tls')).toMatchObject(refused('certificate'))
  expect(await look(`127.0.0.1:${port}`, '--ca', ca)).toMatchObject(refused('altnames'))
  expect(await look(`localhost:${port}`)).toMatchObject(refused('tls_required'))
})

test('KIT-7 a server of version 1 alone: what it lacks is skipped and said, and nothing fails', async () => {
  const port = await startDaemon({ security: { enable_rate_limiting: false } })
  const deaf = { title: 'knows no HELLO', fails: [] }
  const proxy = await startFaultyProxy(port, {
    ...deaf,
    from: 'client',
    type: 'HELLO',
    do: { unknown: true },
  })
  ends.push(() => proxy.close())
  const { code, out } = await run('server', `127.0.0.1:${proxy.port}`)
  expect(out).toMatch(/^127\.0\.0\.1:\d+ speaks version 1 alone: it does not know HELLO\n/)
  expect(out).toMatch(/\nskipped\n(?:.*\n)* {2}ACCOUNT-1, .*the server does not answer HELLO with WELCOME\n/)
  expect(out).toMatch(/\n {2}BEAT-2: the server does not say its session_timeout_ms\n/)
  expect(out).toMatch(/\d+ behaviours: [5-9]\d passed, 0 failed, \d+ skipped/)
  expect(out).toMatch(/\n\d+ accounts were made; these are left:\n {2}\S+/)
  expect(code).toBe(0)
})

test('KIT-8 --driver runs a client for each scenario, and tells it what to do', async () => {
  const driver = `${process.execPath} --import tsx tests/support/conformance/driver.ts`
  const scenarios = ['--scenario', 'split', 'drop-in-mid-offer']
  const where = ['--listen', '127.0.0.1:0', '--timeout', '30']
  const { code, out } = await run('client', '--driver', driver, ...scenarios, ...where)
  expect(out).toMatch(/\nsplit: .+\n {2}▶ Let the client connect and log in/)
  expect(out).toMatch(/\n {4}← RESUME {.+\n {4}✓ CLIENT-7: the client sends RESUME\n/)
  expect(out).toMatch(/\npassed\n {2}CLIENT-1 CLIENT-7 CLIENT-8 CLIENT-9\n\n4 behaviours: 4 passed/)
  expect(code).toBe(0)
})
