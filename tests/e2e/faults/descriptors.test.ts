import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { limitWithoutRoom, setLimit } from '../../support/programs/process-limits.ts'
import { logIn, type RawClient } from '../../support/wire/raw-client.ts'
import { expectRelay } from '../../support/wire/relay.ts'
import {
  logged,
  spawnDaemon,
  type SpawnedDaemon,
  untilLogged,
} from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const PLENTY = 400
const SHORT = /^no file descriptor is left/
const OVER = /^there are file descriptors again/

// There is no prlimit elsewhere.
const onLinux = test.skipIf(process.platform !== 'linux')

// A shortage is over after 5 s, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

const { afterwards, connect, pairOn } = visits()

/** `files`: how many it may have open, soft limit and hard one. */
async function start(files: number, server: object = {}, cwd?: string): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({
    config: {
      server,
      security: { bcrypt_cost: 4, hash_threads: 1 },
      // Whoever was sent away for it would leave a descriptor.
      limits: { login_timeout_ms: 600_000 },
    },
    under: ['prlimit', `--nofile=${files}:${files}`],
    ...(cwd === undefined ? {} : { cwd }),
  })
  afterwards(() => {
    rmSync(daemon.cwd, { recursive: true, force: true })
  })
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

/** Whether a newcomer is heard, or cut off without a word. */
async function getsIn(daemon: SpawnedDaemon): Promise<boolean> {
  const client = await connect(daemon)
  return client.drain().then(
    () => true,
    () => false,
  )
}

/** Takes what descriptors the daemon has left; the next newcomer is turned away. */
async function exhaust(daemon: SpawnedDaemon): Promise<void> {
  setLimit(daemon.child, 'nofile', limitWithoutRoom(daemon.child))
  let inside = 0
  while (await getsIn(daemon)) expect((inside += 1)).toBeLessThan(50)
}

onLinux(
  'CONF-20 CONF-21 BOUND-1 no more connections than there are descriptors for, told at start; those over it are told',
  async () => {
    const daemon = await start(180, { max_connections: 1000, max_guests: 500 })
    expect(daemon.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      {
        msg: 'server.max_connections is 1000, but only 180 files may be open, which is enough for 48 connections: raise that limit to 1132 (ulimit -n, or LimitNOFILE= of a systemd unit), or lower server.max_connections',
      },
    ])
    const users: RawClient[] = []
    for (let i = 0; i < 48; i++) {
      const user = await connect(daemon)
      await logIn(user, `user ${i}`)
      users.push(user)
    }
    for (let i = 0; i < 5; i++) {
      const refused = await (await connect(daemon)).untilClosed()
      expect(refused).toMatchObject([{ type: T.ERROR, payload: { code: 503, reason: 'server_full' } }])
    }
    await Promise.all(users.map((user) => user.drain()))
    expect(logged(daemon, SHORT)).toEqual([])
  },
)

onLinux('CONF-20 where the descriptors suffice nothing is said', async () => {
  const daemon = await start(180, { max_connections: 48 })
  expect(daemon.lines.filter(({ level }) => level === 'warn')).toEqual([])
})

onLinux(
  'LIFE-24 out of descriptors: the call goes on, a registration is kept, it is logged once, and newcomers get in afterwards',
  async () => {
    const daemon = await start(PLENTY, { max_connections: 100 })
    const pair = await pairOn(daemon)
    const guest = await connect(daemon)
    await guest.drain()
    await exhaust(daemon)
    await untilLogged(daemon, SHORT)
    for (let i = 0; i < 20; i++) {
      expect(await getsIn(daemon)).toBe(false)
      await expectRelay(pair)
    }
    await logIn(guest, 'carol')
    expect(readFileSync(join(daemon.cwd, 'users.txt'), 'utf8')).toContain('|carol|')

    setLimit(daemon.child, 'nofile', PLENTY)
    expect(await getsIn(daemon)).toBe(true)
    await untilLogged(daemon, OVER)
    await expectRelay(pair)
    expect(logged(daemon, SHORT)).toMatchObject([{ level: 'warn', cause: 'EMFILE' }])
    expect(logged(daemon, OVER)).toMatchObject([{ level: 'info' }])
    expect(daemon.lines.filter(({ level }) => level === 'error')).toEqual([])
    expect(await daemon.stop()).toBe(0)

    const again = await connect(await start(PLENTY, {}, daemon.cwd))
    again.send(T.LOGIN_REQUEST, { username: 'carol', password_hash: 'secret of carol' })
    expect((await again.next(T.LOGIN_RESPONSE)).payload).toMatchObject({ success: true })
  },
)

onLinux(
  'LIFE-24 a limit far below what is open already harms nobody inside, and newcomers get in once it is raised',
  async () => {
    const daemon = await start(PLENTY, { max_connections: 100 })
    const pair = await pairOn(daemon)
    setLimit(daemon.child, 'nofile', 5)
    await untilLogged(daemon, SHORT)
    const waiting = await connect(daemon)
    for (let i = 0; i < 20; i++) await expectRelay(pair)
    setLimit(daemon.child, 'nofile', PLENTY)
    await waiting.drain()
    expect(await getsIn(daemon)).toBe(true)
  },
)

onLinux(
  'LIFE-24 LIFE-12 LIFE-13 a stop without a descriptor to spare saves the sessions all the same',
  async () => {
    const daemon = await start(PLENTY, { max_connections: 100 })
    const { alice } = await pairOn(daemon, ['resume', 'goaway'])
    alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' })
    const { session_token } = (await alice.next(T.LOGIN_RESPONSE)).payload
    await exhaust(daemon)
    expect(await daemon.stop()).toBe(0)

    const again = await connect(await start(PLENTY, {}, daemon.cwd), ['resume'])
    again.send(T.RESUME, { session_token, last_seq: 0 })
    expect((await again.next(T.RESUMED)).payload).toMatchObject({ username: 'alice' })
  },
)
