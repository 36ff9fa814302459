import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()

/** The daemon as `npm start` starts it, in a process group of its own, as a shell gives one to each command. */
async function npmStart() {
  const data_directory = await mkdtemp(join(tmpdir(), 'roomrtc-npm-'))
  afterwards(() => rm(data_directory, { recursive: true }))
  // The tests have built it: without this, npm would build it again.
  const npm = spawn('npm', ['start', '--ignore-scripts'], {
    detached: true,
    env: {
      ...process.env,
      CONFIG: JSON.stringify({
        server: { port: 0, shutdown_timeout_ms: 60_000 },
        http: { enable: false },
        drain: { grace_ms: 0, window_ms: 300 },
        persistence: { data_directory },
      }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(npm, 'close')
  const signalGroup = (signal: NodeJS.Signals) => process.kill(-(npm.pid ?? NaN), signal)
  afterwards(() => {
    try {
      signalGroup('SIGKILL')
    } catch {
      // All of it is gone, as it should be.
    }
  })
  const messages: string[] = []
  const port = await new Promise<number>((resolve) => {
    createInterface({ input: npm.stdout }).on('line', (text) => {
      if (!text.startsWith('{')) return
      const line: unknown = JSON.parse(text)
      if (typeof line !== 'object' || line === null || !('msg' in line)) return
      messages.push(String(line.msg))
      if (line.msg === 'listening' && 'port' in line) resolve(Number(line.port))
    })
  })
  return { npm, port, messages, closed, signalGroup }
}

describe.skipIf(process.platform === 'win32')('npm start', () => {
  test('LIFE-30 LIFE-16 SIGTERM to npm alone, as to the first process of a container, drains the daemon', async () => {
    const { npm, port, messages, closed } = await npmStart()
    const client = await connect({ port })
    await client.drain()
    npm.kill('SIGTERM')
    expect((await client.untilClosed()).map(({ type }) => type)).toEqual([T.ERROR])
    await closed
    expect(messages).toEqual(expect.arrayContaining(['draining', 'stopping', 'stopped']))
  })

  test('LIFE-30 LIFE-1 Ctrl-C, which a terminal sends to npm and to the daemon, ends it in good order', async () => {
    const { port, messages, closed, signalGroup } = await npmStart()
    const client = await connect({ port })
    await client.drain()
    signalGroup('SIGINT')
    expect((await client.untilClosed()).map(({ type }) => type)).toEqual([T.ERROR])
    await closed
    expect(messages).toContain('stopped')
    expect(messages).not.toContain('stopped at once')
  })
})
