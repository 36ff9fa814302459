import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { blocksUnder } from '../support/documented-examples.ts'
import { endsAfterEach } from '../support/ends.ts'
import { startHttpDaemon } from '../support/house/http-daemon.ts'
import { canRun } from './program.ts'

const ends = endsAfterEach()
const installed = ['bash', 'curl', 'jq'].map((program) => canRun(program)).every(Boolean)

/** Runs it against a daemon of its own, and gives all that it prints, on both outputs. */
async function printedBy(script: string): Promise<string> {
  const { base } = await startHttpDaemon(ends)
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], {
    env: { ...process.env, BASE: base },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ends.push(() => shell.kill('SIGKILL'))
  return text(shell.stdout)
}

test.skipIf(!installed)(
  'HTTP-33 the call of the document, with curl and jq alone, prints what the document says',
  async () => {
    const [script, printed] = blocksUnder('docs/protocol/http.md', 'A call with curl')
    expect(script?.info).toBe('sh')
    expect(await printedBy(script?.lines.join('\n') ?? '')).toBe(`${printed?.lines.join('\n')}\n`)
  },
)

test.skipIf(!installed)(
  'WEB-4 the example of the README with curl makes an account and lists who is here',
  async () => {
    const [script] = blocksUnder('README.md', 'With curl')
    const text = script?.lines.join('\n') ?? ''
    const here = 'BASE=http://127.0.0.1:8081\n'
    expect(text).toContain(here)
    const [registered = '', listed = ''] = (await printedBy(text.replace(here, ''))).split(/(?<=\})/)
    expect(JSON.parse(registered)).toMatchObject({ username: 'bob' })
    expect(JSON.parse(listed)).toEqual({ connectedUsers: [], totalUsers: 1 })
  },
)
