import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findFreePort } from '../support/programs/free-port.ts'
import { visits } from '../support/wire/visits.ts'
import { buildByHand, readDockerfile } from './dockerfile.ts'
import { canRun, run } from './program.ts'

const { afterwards } = visits()

/** Copies what Docker is given of this repository: .dockerignore names what it is not to leave out. */
async function copyContext(context: string): Promise<void> {
  const [everything, ...kept] = (await readFile('.dockerignore', 'utf8'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(everything).toBe('*')
  for (const line of kept) {
    expect(line).toMatch(/^!/)
    await cp(line.slice(1), join(context, line.slice(1)), { recursive: true })
  }
}

test(
  'DEPLOY-8 the steps of the Dockerfile make a server that starts, is healthy, and ends in good order at SIGTERM',
  { timeout: 900_000 },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'roomrtc-image-'))
    afterwards(() => rm(directory, { recursive: true, force: true }))
    const context = join(directory, 'context')
    await copyContext(context)
    const steps = await readDockerfile('deploy/Dockerfile')
    const { root, user, command, healthCheck } = await buildByHand(steps, context, directory)
    expect(user).toBe('node')
    // No tools of development.
    expect(run('ls', [join(root, 'opt/roomrtc/node_modules')])).not.toMatch(/^(typescript|vitest|oxlint)$/m)

    const port = await findFreePort('tcp')
    const httpPort = await findFreePort('tcp')
    const configuration = join(root, 'etc/roomrtc/config.json')
    const text = await readFile(configuration, 'utf8')
    // As in other tests: what is to be saved must be saved, however slow the disk is.
    const slowly = '"server": {"shutdown_timeout_ms": 60000,'
    expect(text).toContain('"server": {')
    await writeFile(
      configuration,
      text
        .replace('8080', String(port))
        .replace('8081', String(httpPort))
        .replaceAll('0.0.0.0', '127.0.0.1')
        .replace('"server": {', slowly),
    )
    const here = ([program = '', ...args]: readonly string[]): readonly string[] => {
      expect(program).toBe('node')
      return args.map((arg) => (arg.startsWith('/') ? join(root, arg) : arg.replace('8080', String(port))))
    }
    const daemon = spawn(process.execPath, here(command), {
      cwd: join(root, 'var/lib/roomrtc'),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(daemon, 'close')
    afterwards(() => {
      daemon.kill('SIGKILL')
      return closed
    })
    let log = ''
    daemon.stdout.setEncoding('utf8').on('data', (chunk: string) => (log += chunk))
    await expect.poll(() => log).toContain('"msg":"listening"')
    run(process.execPath, here(healthCheck))
    expect((await fetch(`http://127.0.0.1:${httpPort}/ready`)).status).toBe(200)
    expect((await fetch(`http://127.0.0.1:${httpPort}/app/`)).status).toBe(200)
    daemon.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
    expect(log).toContain('"msg":"stopped"')
  },
)

test.skipIf(!canRun('docker-compose'))('DEPLOY-8 the compose file is valid', () => {
  run('docker-compose', ['-f', 'deploy/compose.yaml', 'config', '-q'])
})
