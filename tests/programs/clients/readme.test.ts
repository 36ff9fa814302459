import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { blocksUnder } from '../../support/documented-examples.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { run } from '../program.ts'
import { hasCompiler, hasPython, PYTHON, SANITIZERS } from './programs.ts'
import { startTypeScript } from './typescript-party.ts'

const ends = endsAfterEach()

async function open(): Promise<number> {
  const daemon = await startTestDaemon()
  ends.push(() => daemon.stop())
  return daemon.port
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'roomrtc-readme-'))
  ends.push(() => {
    rmSync(directory, { recursive: true, force: true })
  })
  return directory
}

/** The program of a document, and what it prints as the document has it. */
function shown(document: string, heading: string): { program: string; printed: string } {
  const [program, printed] = blocksUnder(document, heading).map(({ lines }) => `${lines.join('\n')}\n`)
  return { program: program ?? '', printed: printed ?? '' }
}

async function printedBy(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ends.push(() => child.kill('SIGKILL'))
  return text(child.stdout)
}

test.skipIf(!hasPython)('PY-8 the example of the README in Python prints what is shown', async () => {
  const { program, printed } = shown('clients/python/README.md', 'Call somebody')
  const file = join(makeDirectory(), 'hello.py')
  writeFileSync(file, program)
  const env = { PYTHONPATH: 'clients/python', PYTHONDONTWRITEBYTECODE: '1' }
  expect(await printedBy(PYTHON, [file, String(await open())], env)).toBe(printed)
})

test.skipIf(!hasCompiler)('C-8 the example of the README in C prints what is shown', async () => {
  const { program, printed } = shown('clients/c/README.md', 'In an event loop')
  const directory = makeDirectory()
  writeFileSync(join(directory, 'hello.c'), program)
  const warnings = [
    '-std=c99',
    '-Wall',
    '-Wextra',
    '-Wpedantic',
    '-Werror',
    '-Iclients/c',
    ...SANITIZERS.split(' '),
  ]
  const sources = [join(directory, 'hello.c'), 'clients/c/roomrtc.c']
  run('gcc', [...warnings, '-o', join(directory, 'hello'), ...sources, '-lssl', '-lcrypto'])

  const port = await open()
  const bob = await startTypeScript(ends, { port }, 'bob')
  const said = printedBy(join(directory, 'hello'), [String(port)])
  await bob.says('incoming alice')
  bob.tell('accept')
  await bob.says(String.raw`offer v=0\r\n`)
  bob.tell('answer v=0')
  expect(await said).toBe(printed)
})
