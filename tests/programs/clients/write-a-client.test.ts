import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { blocksUnder } from '../../support/documented-examples.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'
import { converse } from '../../support/programs/conversing.ts'
import { canRun, run } from '../program.ts'

const DOCUMENT = 'docs/write-a-client.md'
const PYTHON = '/usr/bin/python3'

const ends = endsAfterEach()
const printed = `${blockUnder('Write a client', 'text')}\n`

function blockUnder(heading: string, info: string): string {
  const found = blocksUnder(DOCUMENT, heading).find((block) => block.info === info)
  if (found === undefined) throw new Error(`${DOCUMENT} has no ${info} under ${heading}`)
  return found.lines.join('\n')
}

/** A server, and Bob as the document starts him. */
async function start() {
  const { daemon, base } = await startHttpDaemon(ends)
  const [program = '', script = ''] = blockUnderAll('Start a server, and somebody to call')
  expect(program).toBe('npm ci\nnpm start')
  const [, password = '', options = ''] =
    /^ROOMRTC_PASSWORD="(.*)" node dist\/main\.js bot (.*)$/.exec(script) ?? []
  const args = [...options.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const bob = converse(['bot', `127.0.0.1:${daemon.port}`, ...args], { ROOMRTC_PASSWORD: password })
  ends.push(() => bob.child.kill('SIGKILL'))
  await bob.until(/here/)
  return { port: daemon.port, base }
}

function blockUnderAll(heading: string): readonly string[] {
  return blocksUnder(DOCUMENT, heading).map(({ lines }) => lines.join('\n'))
}

/** The program as it is shown, but for the port; in a directory within the clone, where it finds the package. */
function saved(program: string, name: string, port: number): string {
  const directory = mkdtempSync('dist/write-a-client-')
  ends.push(() => {
    rmSync(directory, { recursive: true })
  })
  expect(program).toContain('8080')
  writeFileSync(join(directory, name), program.replace('8080', String(port)))
  return join(directory, name)
}

function printedBy(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ends.push(() => child.kill('SIGKILL'))
  return text(child.stdout)
}

test('WRITE-1 in JavaScript', async () => {
  const { port } = await start()
  const file = saved(blockUnder('TypeScript or JavaScript', 'js'), 'call.mjs', port)
  expect(await printedBy(process.execPath, [file])).toBe(printed)
})

test.skipIf(!canRun(PYTHON, 'python3'))('WRITE-2 in Python', async () => {
  const { port } = await start()
  const file = saved(blockUnder('Python', 'python'), 'call.py', port)
  const env = { PYTHONPATH: 'clients/python', PYTHONDONTWRITEBYTECODE: '1' }
  expect(await printedBy(PYTHON, [file], env)).toBe(printed)
})

test.skipIf(!canRun('gcc'))('WRITE-3 in C', async () => {
  const { port } = await start()
  const file = saved(blockUnder('C', 'c'), 'call.c', port)
  const command = blockUnder('C', 'sh').replace(/ && .*/, '')
  const out = file.replace(/\.c$/, '')
  run('sh', ['-c', command.replace('-o call call.c', `-o ${out} ${file}`)])
  expect(await printedBy(out, [])).toBe(printed)
})

test.skipIf(!['bash', 'curl', 'jq'].map((program) => canRun(program)).every(Boolean))(
  'WRITE-4 with curl',
  async () => {
    const { base } = await start()
    const script = blockUnder('curl', 'sh')
    expect(await printedBy('bash', ['-euo', 'pipefail', '-c', script], { BASE: base })).toBe(printed)
  },
)
