import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  logged,
  spawnDaemon,
  type SpawnedDaemon,
  type SpawnOptions,
  untilLogged,
} from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'

const { afterwards } = visits()

interface Watched {
  readonly daemon: SpawnedDaemon
  /** What systemd has been told so far, a message an item. */
  readonly told: () => Promise<readonly string[]>
}

/** A daemon as systemd starts it, with a systemd-notify that writes down what it is to tell. */
async function watchedDaemon(env: NodeJS.ProcessEnv, options: SpawnOptions = {}): Promise<Watched> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-supervisor-'))
  afterwards(() => rm(directory, { recursive: true }))
  const record = join(directory, 'told')
  await writeFile(record, '')
  await writeFile(join(directory, 'systemd-notify'), '#!/bin/sh\necho "$*" >> "$RECORD"\n')
  await chmod(join(directory, 'systemd-notify'), 0o755)
  const daemon = await spawnDaemon({
    ...options,
    env: { PATH: `${directory}:${process.env['PATH'] ?? ''}`, RECORD: record, ...env },
  })
  afterwards(() => rm(daemon.cwd, { recursive: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return {
    daemon,
    told: async () => (await readFile(record, 'utf8')).split('\n').filter((line) => line !== ''),
  }
}

const SYSTEMD = { NOTIFY_SOCKET: '/run/systemd/notify' }

describe.skipIf(process.platform === 'win32')('the service manager', () => {
  test('DEPLOY-1 is told when the daemon serves, when it reloads, how that ends, and that it stops', async () => {
    const { daemon, told } = await watchedDaemon(SYSTEMD)
    await expect.poll(told).toEqual(['READY=1'])
    daemon.child.kill('SIGHUP')
    await expect.poll(told).toHaveLength(3)
    expect((await told()).slice(1)).toEqual([
      expect.stringMatching(/^RELOADING=1 MONOTONIC_USEC=\d+$/),
      'READY=1',
    ])
    expect(await daemon.stop()).toBe(0)
    await expect.poll(told).toHaveLength(4)
    expect((await told()).at(-1)).toBe('STOPPING=1 EXTEND_TIMEOUT_USEC=60000000')
  })

  test('DEPLOY-1 is told at the begin of a drain how long that and the stop may take', async () => {
    const { daemon, told } = await watchedDaemon(SYSTEMD, {
      config: { drain: { grace_ms: 7000, window_ms: 2000 } },
    })
    expect(await daemon.stop()).toBe(0)
    await expect
      .poll(told)
      .toEqual([
        'READY=1',
        'STOPPING=1 EXTEND_TIMEOUT_USEC=69000000',
        'STOPPING=1 EXTEND_TIMEOUT_USEC=60000000',
      ])
  })

  test('DEPLOY-1 is told that a reload is over when the configuration was bad', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
    await writeFile(join(cwd, 'server_config.json'), '{"server": {"port": 0}}')
    const { daemon, told } = await watchedDaemon({ ...SYSTEMD, CONFIG: '' }, { cwd })
    await writeFile(join(cwd, 'server_config.json'), '{"server": {"prot": 0}}')
    daemon.child.kill('SIGHUP')
    await untilLogged(daemon, 'not reloaded; log level and certificate stay as they were')
    await expect.poll(told).toHaveLength(3)
    expect((await told()).at(-1)).toBe('READY=1')
  })

  test('DEPLOY-2 is told again and again that the event loop goes round, and nothing while it does not', async () => {
    // Hangs for 25 times the watchdog's interval, and says itself from when to when.
    const hang = `import { appendFileSync } from 'node:fs'
      process.on('SIGWINCH', () => {
        appendFileSync(process.env.RECORD, 'hangs\\n')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
        appendFileSync(process.env.RECORD, 'goes on\\n')
      })`
    const { daemon, told } = await watchedDaemon({
      ...SYSTEMD,
      WATCHDOG_USEC: '40000',
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(hang)}`,
    })
    const pings = async () => (await told()).filter((line) => line === 'WATCHDOG=1').length
    await expect.poll(pings).toBeGreaterThan(3)
    daemon.child.kill('SIGWINCH')
    await expect.poll(told).toContain('goes on')
    const lines = await told()
    // Of the 50 that are due in this time there are only those that were on their way: each is a process that must start.
    expect(lines.indexOf('goes on') - lines.indexOf('hangs')).toBeLessThan(12)
    const before = await pings()
    await expect.poll(pings).toBeGreaterThan(before + 3)
  })

  test('DEPLOY-2 is told nothing of the kind where its watchdog is for another process', async () => {
    const { daemon, told } = await watchedDaemon({ ...SYSTEMD, WATCHDOG_USEC: '2000', WATCHDOG_PID: '1' })
    daemon.child.kill('SIGHUP')
    await untilLogged(daemon, 'reloaded')
    await expect.poll(told).toHaveLength(3)
    expect(await told()).not.toContain('WATCHDOG=1')
  })

  test('DEPLOY-3 is told nothing, and no process is started for it, where it has not asked', async () => {
    const { daemon, told } = await watchedDaemon({ NOTIFY_SOCKET: '', WATCHDOG_USEC: '2000' })
    expect(await children(daemon)).toEqual([])
    expect(await daemon.stop()).toBe(0)
    expect(await told()).toEqual([])
  })

  test.runIf(process.platform === 'linux')(
    'DEPLOY-3 that it can no longer be told is in the log, and the daemon goes on',
    async () => {
      const { daemon } = await watchedDaemon({ ...SYSTEMD, WATCHDOG_USEC: '20000' })
      for (const sender of await children(daemon)) process.kill(sender, 'SIGKILL')
      await untilLogged(daemon, 'systemd can no longer be told how the daemon is')
      expect(logged(daemon, /no longer be told/)).toMatchObject([{ level: 'error', cause: 'SIGKILL' }])
      expect(await daemon.stop()).toBe(0)
    },
  )

  test.runIf(process.platform === 'linux')(
    'DEPLOY-3 nothing is left running when the daemon is killed',
    async () => {
      const { daemon, told } = await watchedDaemon(SYSTEMD)
      await expect.poll(told).toEqual(['READY=1'])
      const [sender = NaN] = await children(daemon)
      expect(await runs(sender)).toBe(true)
      await daemon.stop('SIGKILL')
      await expect.poll(() => runs(sender)).toBe(false)
    },
  )
})

/** The processes that the daemon has started; none where there is no /proc. */
async function children({ child }: SpawnedDaemon): Promise<readonly number[]> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter((pid) => pid > 0)
  const stats = await Promise.all(pids.map(stat))
  return pids.filter((_, i) => stats[i]?.parent === child.pid)
}

/** "4711 (name of any kind) S 4700 …": of a process its state and its parent. */
async function stat(pid: number): Promise<{ state: string; parent: number } | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  const [, state, parent] = /\) (\w) (\d+)/.exec(line) ?? []
  return state === undefined ? undefined : { state, parent: Number(parent) }
}

async function runs(pid: number): Promise<boolean> {
  const found = await stat(pid)
  return found !== undefined && found.state !== 'Z'
}
