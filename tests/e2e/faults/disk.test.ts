import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { setLimit } from '../../support/programs/process-limits.ts'
import { logIn, type RawClient } from '../../support/wire/raw-client.ts'
import { expectRelay } from '../../support/wire/relay.ts'
import { canMount, mountSmallDisk, type SmallDisk } from '../../support/programs/small-disk.ts'
import { logged, spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const REFUSED = 'the account file could not be written: what was to be saved is refused'
const mountable = canMount()

const { afterwards, connect, pairOn } = visits()

function mount(): SmallDisk {
  const disk = mountSmallDisk()
  afterwards(() => {
    disk.unmount()
  })
  return disk
}

function home(): string {
  const path = mkdtempSync(join(tmpdir(), 'roomrtc-'))
  afterwards(() => rm(path, { recursive: true }))
  return path
}

async function start(cwd: string, logging: object = {}, resume: object = {}): Promise<SpawnedDaemon> {
  const config = { logging, resume, security: { bcrypt_cost: 4 } }
  const daemon = await spawnDaemon({ config, cwd })
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

/** What a REGISTER_REQUEST is answered: undefined for an account, else the payload of the ERROR. */
async function register(client: RawClient, username: string) {
  client.send(T.REGISTER_REQUEST, { username, password_hash: `secret of ${username}` })
  const [answer] = (await client.drain()).filter(
    ({ type }) => type === T.REGISTER_RESPONSE || type === T.ERROR,
  )
  return answer?.type === T.ERROR ? answer.payload : undefined
}

/** Registers one after the other until one is refused: what the last block of the file has left is still good. */
async function registerUntilRefused(client: RawClient): Promise<{ saved: string[]; refused: string }> {
  const saved: string[] = []
  for (let i = 0; i < 100; i++) {
    const refusal = await register(client, `user ${i}`)
    if (refusal !== undefined) {
      expect(refusal).toMatchObject({ code: 503, reason: 'storage_unavailable' })
      return { saved, refused: `user ${i}` }
    }
    saved.push(`user ${i}`)
  }
  throw new Error('no registration was refused')
}

async function canLogIn(client: RawClient, username: string): Promise<boolean> {
  client.send(T.LOGIN_REQUEST, { username, password_hash: `secret of ${username}` })
  const { payload } = await client.next(T.LOGIN_RESPONSE)
  if (payload['success'] !== true) expect(payload).toMatchObject({ reason: 'invalid_credentials' })
  client.send(T.LOGOUT_REQUEST, {})
  await client.drain()
  return payload['success'] === true
}

/** The names in the file; fails if a line is not whole. */
function namesIn(daemon: SpawnedDaemon): string[] {
  const text = readFileSync(join(daemon.cwd, 'users.txt'), 'utf8')
  expect(text).toMatch(/^(.+\|.+\|.{60}\|\d{10}\n)*$/)
  return text.split('\n').flatMap((line) => line.split('|')[1] ?? [])
}

describe.each([
  { what: 'a full disk', code: 'ENOSPC', runs: mountable, isFull: true },
  { what: 'a limit of file size', code: 'EFBIG', runs: process.platform === 'linux', isFull: false },
])('$what', ({ code, runs, isFull }) => {
  /** Two in a call, and a disk that takes no more than another account or two until it is mended. */
  async function failing() {
    const disk = isFull ? mount() : undefined
    const daemon = await start(disk?.path ?? home())
    const pair = await pairOn(daemon, ['resume', 'goaway'])
    const guest = await connect(daemon)
    await guest.drain()
    if (disk !== undefined) disk.fill()
    else setLimit(daemon.child, 'fsize', statSync(join(daemon.cwd, 'users.txt')).size + 250)
    const mend = () => {
      if (disk !== undefined) disk.free()
      else setLimit(daemon.child, 'fsize', 'unlimited')
    }
    const { saved, refused } = await registerUntilRefused(guest)
    return { daemon, pair, guest, mend, refused, accounts: ['alice', 'bob', ...saved] }
  }

  test.skipIf(!runs)(
    'LIFE-25 AUTH-9 a registration gets ERROR 503 and leaves no account; all else goes on; it works again by itself',
    async () => {
      const { daemon, pair, guest, mend, refused, accounts } = await failing()
      expect(namesIn(daemon)).toEqual(accounts)
      expect(await canLogIn(guest, refused)).toBe(false)
      expect(await register(guest, refused)).toMatchObject({ reason: 'storage_unavailable' })

      await expectRelay(pair)
      await pair.bob.drain()
      const last = accounts.at(-1) ?? ''
      expect(await canLogIn(guest, last)).toBe(true)
      for (const state of ['Available', 'Disconnected']) {
        const { payload } = await pair.bob.next(T.USER_STATE_UPDATE)
        expect(payload).toMatchObject({ username: last, state })
      }
      expect(namesIn(daemon)).toEqual(accounts)
      expect(logged(daemon, REFUSED)[0]).toMatchObject({ level: 'error', err: { code } })

      mend()
      expect(await register(guest, refused)).toBeUndefined()
      expect(await canLogIn(guest, refused)).toBe(true)
      await expectRelay(pair)
      expect(await daemon.stop()).toBe(0)
      expect(namesIn(daemon)).toEqual([...accounts, refused])
    },
  )

  test.skipIf(!runs)(
    'LIFE-25 AUTH-9 a registration that was refused is no account after a restart',
    async () => {
      const { daemon, refused, accounts } = await failing()
      expect(await daemon.stop()).toBe(0)
      expect(namesIn(daemon)).toEqual(accounts)
      const again = await connect(await start(daemon.cwd))
      expect(await canLogIn(again, refused)).toBe(false)
      for (const username of accounts) expect(await canLogIn(again, username)).toBe(true)
    },
  )

  test.skipIf(!runs)(
    'LIFE-25 AUTH-1 kill -9 meanwhile leaves whole accounts, exactly those that were answered',
    async () => {
      const { daemon, guest, mend, refused, accounts } = await failing()
      expect(await register(guest, refused)).toMatchObject({ reason: 'storage_unavailable' })
      await daemon.stop('SIGKILL')
      // A limit ends with its process.
      if (isFull) mend()
      const again = await start(daemon.cwd)
      expect(namesIn(again)).toEqual(accounts)
      expect(again.lines.filter(({ level }) => level === 'error')).toEqual([])
    },
  )
})

describe.skipIf(!mountable)('a disk that is full', () => {
  test('LIFE-26 LOG-12 the log on it loses nothing while it is full, goes on once there is space, and nobody notices', async () => {
    const disk = mount()
    const daemon = await start(home(), {
      enable_file: true,
      log_file_path: join(disk.path, 'daemon.log'),
      log_level: 'debug',
    })
    const pair = await pairOn(daemon)
    disk.fill()
    for (let i = 0; i < 100; i++) await (await connect(daemon)).close()
    await expectRelay(pair)
    const guest = await connect(daemon)
    await logIn(guest, 'carol')
    const written = () => readFileSync(join(disk.path, 'daemon.log'), 'utf8').split('\n')
    expect(written().length).toBeLessThan(daemon.lines.length)

    disk.free()
    await guest.close()
    await expectRelay(pair)
    expect(await daemon.stop()).toBe(0)
    expect(written().at(-1)).toBe('')
    expect(
      written()
        .slice(0, -1)
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(daemon.lines)
  })

  test('LIFE-26 LIFE-13 LIFE-14 a stop that cannot save the sessions says so, leaves nothing half-written and exits with 0', async () => {
    const disk = mount()
    const daemon = await start(disk.path, {}, { survive_crash: false })
    const { alice } = await pairOn(daemon, ['resume', 'goaway'])
    disk.fill()
    expect(await daemon.stop()).toBe(0)
    expect((await alice.untilClosed()).map(({ type }) => type)).toContain(T.GOAWAY)
    expect(daemon.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { msg: 'the sessions could not be saved: they end here', err: { code: 'ENOSPC' } },
    ])
    expect(readdirSync(disk.path).toSorted()).toEqual([
      'ballast',
      'history.jsonl',
      'token-keys.json',
      'users.txt',
    ])
    expect(await canLogIn(await connect(await start(disk.path)), 'alice')).toBe(true)
  })

  test('LIFE-26 LIFE-13 RESUME-13 a journal that has every change is kept when the disk has no room for a new one', async () => {
    const disk = mount()
    const daemon = await start(disk.path)
    await pairOn(daemon, ['resume', 'goaway'])
    disk.fill()
    expect(await daemon.stop()).toBe(0)
    expect(daemon.lines.filter(({ level }) => level === 'error')).toEqual([])
    expect(readdirSync(disk.path).toSorted()).toEqual([
      'ballast',
      'history.jsonl',
      'sessions.journal',
      'token-keys.json',
      'users.txt',
    ])
    expect((await start(disk.path)).lines).toContainEqual(
      expect.objectContaining({ msg: 'sessions taken up again', sessions: 2, calls: 1 }),
    )
  })

  test('LIFE-25 LIFE-4 a disk that may only be read stops the start with the cause', async () => {
    const disk = mount()
    await (await start(disk.path)).stop()
    disk.makeReadOnly()
    await expect(start(disk.path)).rejects.toThrow(
      /cannot start:\n.*users\.txt: .*EROFS: read-only file system/,
    )
  })
})
