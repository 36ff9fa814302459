import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startHttpDaemon } from '../../support/house/http-daemon.ts'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))
const ends = endsAfterEach()

/** The built program, the reader of which goes after so many lines, as `head -n` does. */
async function runToHead(args: readonly string[], lines: number, input = '') {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, CONFIG: '', ROOMRTC_PASSWORD: 'a password that is long enough' },
    stdio: 'pipe',
  })
  ends.push(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  child.stdin.on('error', () => undefined).end(input)
  if (lines === 0) child.stdout.destroy()
  else {
    let read = 0
    createInterface({ input: child.stdout }).on('line', () => {
      read += 1
      if (read === lines) child.stdout.destroy()
    })
  }
  await closed
  return { code: child.exitCode, err }
}

test.each([
  ['help', ['--help'], 0],
  ['a list', ['conformance', 'client', '--list', '--json'], 0],
  ['a doctor who finds a fault', ['doctor', '--json', 'tcp://127.0.0.1:1'], 1],
])('CLI-4 nobody reads %s: no word about it, and the exit code stays', async (_, args, expected) => {
  const { code, err } = await runToHead(args, 0)
  expect(code).toBe(expected)
  expect(err).not.toMatch(/EPIPE|^ +at /m)
})

test('CLI-4 decode reads no further when its reader has gone', async () => {
  // The end would be a fault.
  const input = `${'00000003057B7D\n'.repeat(50_000)}00`
  expect(await runToHead(['decode', '--json'], 1, input)).toEqual({ code: 0, err: '' })
})

test('CLI-4 a bot whose reader has gone ends as by Ctrl-C', async () => {
  const { daemon } = await startHttpDaemon(ends)
  const bot = ['bot', `127.0.0.1:${daemon.port}`, '--user', 'bob', '--register', '--json']
  expect(await runToHead(bot, 0)).toEqual({ code: 0, err: '' })
})
