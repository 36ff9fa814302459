import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { expectRelay } from '../../support/wire/relay.ts'
import { visits } from '../../support/wire/visits.ts'
import { frame, T } from '../../support/wire/wire.ts'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

const { afterwards, connect, pairOn } = visits()

/** More than the pipe and what the daemon keeps for its reader can hold. */
const LINES = 12_000

/** The daemon with its standard output in a socket, as under systemd, or in a pipe. */
async function start(kind: 'socket' | 'pipe') {
  const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-log-'))
  afterwards(() => rm(cwd, { recursive: true }))
  const config = {
    server: { port: 0 },
    http: { enable: false },
    drain: { grace_ms: 0, window_ms: 0 },
    security: { bcrypt_cost: 4, enable_rate_limiting: false },
    logging: { log_level: 'debug' },
  }
  const env = { ...process.env, CONFIG: JSON.stringify(config) }
  const fifo = join(cwd, 'stdout')
  if (kind === 'pipe') execFileSync('mkfifo', [fifo])
  const child =
    kind === 'socket'
      ? spawn(process.execPath, [MAIN], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
      : spawn('sh', ['-c', `exec "$0" "$1" > ${fifo}`, process.execPath, MAIN], {
          cwd,
          env,
          stdio: ['ignore', 'ignore', 'inherit'],
        })
  const closed = once(child, 'exit')
  afterwards(() => child.kill('SIGKILL'))
  const stdout: Readable = child.stdout ?? createReadStream(fifo)
  const read: string[] = []
  stdout.setEncoding('utf8').on('data', (text: string) => read.push(text))
  const lines = () =>
    read
      .join('')
      .split('\n')
      .filter((text) => text !== '')
      .map((text): unknown => JSON.parse(text))
  const portIn = () => /"port":(\d+),[^\n]*"listening"/.exec(read.join(''))?.[1]
  await expect.poll(portIn, { timeout: 20_000 }).toBeDefined()
  return { child, stdout, closed, lines, port: Number(portIn()) }
}

describe.skipIf(process.platform !== 'linux')('a console whose reader stops reading', () => {
  test.each(['socket', 'pipe'] as const)(
    'LOG-19 a %s that nobody reads stops nothing, and what was lost is counted when it is read again',
    async (kind) => {
      const { child, stdout, closed, lines, port } = await start(kind)
      const pair = await pairOn({ port })
      stdout.pause()
      const noisy = await connect({ port })
      const refused = frame(T.HANGUP, { call_id: 'nobody' })
      noisy.sendBytes(Buffer.concat(Array.from({ length: LINES }, () => refused)))
      expect(await noisy.drain()).toHaveLength(LINES)
      await expectRelay(pair)

      stdout.resume()
      await expect
        .poll(lines, { timeout: 20_000 })
        .toContainEqual(expect.objectContaining({ level: 'warn', lines: expect.any(Number) }))
      child.kill('SIGTERM')
      expect(await closed).toEqual([0, null])
      await expect.poll(() => lines().at(-1)).toMatchObject({ msg: 'stopped' })
      const lost = lines().find((line) => typeof line === 'object' && line !== null && 'lines' in line)
      const refusals = lines().filter((line) => JSON.stringify(line).includes('"msg":"refused"'))
      expect(lost).toMatchObject({ lines: LINES - refusals.length })
    },
  )

  test('LOG-19 a daemon that nobody reads ends all the same', async () => {
    const { child, stdout, closed, port } = await start('pipe')
    stdout.pause()
    const noisy = await connect({ port })
    const refused = frame(T.HANGUP, { call_id: 'nobody' })
    noisy.sendBytes(Buffer.concat(Array.from({ length: LINES }, () => refused)))
    await noisy.drain()
    child.kill('SIGTERM')
    expect(await closed).toEqual([0, null])
  })
})
