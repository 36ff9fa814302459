import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../../../src/infrastructure/postgres/migrations/migrations.ts'
import { ctl } from '../../support/programs/control.ts'
import {
  logged,
  spawnDaemon,
  type SpawnedDaemon,
  type SpawnOptions,
} from '../../support/programs/spawned-daemon.ts'
import { logIn, type RawClient } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'
import { canRun } from '../program.ts'
import { PASSWORD, postgresServer } from './server.ts'

const { afterwards, connect, pairOn } = visits()

async function start(url: string, options: SpawnOptions = {}): Promise<SpawnedDaemon> {
  const { config, ...rest } = options
  const daemon = await spawnDaemon({
    ...rest,
    config: { security: { bcrypt_cost: 4 }, ...config },
    env: { ROOMRTC_POSTGRES_URL: url },
  })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

/** What REGISTER_REQUEST is answered: undefined for an account, else the reason. */
async function register(client: RawClient, username: string): Promise<unknown> {
  client.send(T.REGISTER_REQUEST, { username, password_hash: `secret of ${username}` })
  const answers = await client.drain()
  return answers.find(({ type }) => type === T.REGISTER_RESPONSE || type === T.ERROR)?.payload['reason']
}

/** The payload of LOGIN_RESPONSE, or of the ERROR in its place. */
async function tryLogin(daemon: SpawnedDaemon, username: string) {
  const client = await connect(daemon)
  client.send(T.LOGIN_REQUEST, { username, password_hash: `secret of ${username}` })
  const answers = await client.drain()
  await client.close()
  return answers.find(({ type }) => type === T.LOGIN_RESPONSE || type === T.ERROR)?.payload
}

async function call(alice: RawClient, bob: RawClient, bobId: string): Promise<string> {
  alice.send(T.CALL_REQUEST, { to_user_id: bobId })
  const call_id = String((await bob.next(T.CALL_NOTIFICATION)).payload['call_id'])
  bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
  await alice.next(T.CALL_ACCEPTED)
  return call_id
}

describe.skipIf(!canRun('initdb', 'postgresql'))('a daemon on PostgreSQL', () => {
  const server = postgresServer()
  const fresh = () => server().createDatabase()

  test('SQL-1 whoever has registered logs in again after kill -9; there is no users.txt, and the password is told nowhere', async () => {
    const url = await fresh()
    const daemon = await start(url, { config: { logging: { log_level: 'trace' } } })
    await logIn(await connect(daemon), 'alice')
    const status = await ctl(daemon, ['status'])
    const users = await ctl(daemon, ['users', 'list'])
    expect(users.out).toMatch(/\nalice .* live/)
    await daemon.stop('SIGKILL')
    expect(existsSync(join(daemon.cwd, 'users.txt'))).toBe(false)
    const again = await start(url, { cwd: daemon.cwd })
    expect(await tryLogin(again, 'alice')).toMatchObject({ success: true })
    const told = JSON.stringify([status, users, daemon.lines, again.lines])
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(told).not.toContain(secret)
    expect(logged(daemon, 'the database was migrated')).toMatchObject(
      MIGRATIONS.map(({ number }) => ({ number })),
    )
    expect(logged(again, 'the database was migrated')).toEqual([])
  })

  test('SQL-3 while the database is away nobody logs in, and those who are there call each other; then all is well again', async () => {
    const daemon = await start(await fresh())
    const { alice, bob, calleeId, call_id } = await pairOn(daemon)
    const carol = await connect(daemon)
    await logIn(carol, 'carol')
    const stranger = await connect(daemon)
    const refused = { code: 503, reason: 'storage_unavailable' }
    await server().whileAway(async () => {
      expect(await tryLogin(daemon, 'alice')).toMatchObject(refused)
      expect(await register(stranger, 'dave')).toBe(refused.reason)
      for (const one of [alice, bob, carol]) expect(one.closed).toBe(false)
      alice.send(T.SDP_OFFER, { call_id, to_user_id: calleeId, sdp: 'v=0\r\n' })
      expect((await bob.next(T.SDP_OFFER)).payload).toMatchObject({ call_id })
      alice.send(T.HANGUP, { call_id })
      await bob.next(T.HANGUP)
      await call(carol, bob, calleeId)
      carol.send(T.USER_LIST_REQUEST, {})
      expect((await carol.next(T.USER_LIST_RESPONSE)).payload['users']).toHaveLength(3)
      expect((await ctl(daemon, ['users', 'list'])).out).toContain('alice')
      expect((await ctl(daemon, ['users', 'disable', 'bob', '--json'])).err).toContain(refused.reason)
    })

    await expect.poll(() => tryLogin(daemon, 'alice')).toMatchObject({ success: true })
    expect(await register(stranger, 'dave')).toBeUndefined()
    expect(logged(daemon, 'the database can be used again')).toHaveLength(1)
    expect(JSON.stringify(daemon.lines)).not.toContain(PASSWORD)
    expect(await daemon.stop()).toBe(0)
  })

  test('SQL-3 a stop in good order does not wait for a database that is away', async () => {
    const daemon = await start(await fresh())
    await logIn(await connect(daemon), 'alice')
    await server().whileAway(async () => {
      expect(await daemon.stop()).toBe(0)
    })
  })

  test('SQL-3 a stop in good order does not wait for a database that has gone silent', async () => {
    const url = await fresh()
    // Else its end would be cut off, and the log would not have the last line.
    const daemon = await start(url, { config: { server: { shutdown_timeout_ms: 5000 } } })
    const { alice, call_id } = await pairOn(daemon)
    await server().whileSilent(url, async () => {
      // Something is to be written, and somebody waits for an answer.
      alice.send(T.HANGUP, { call_id })
      const stranger = await connect(daemon)
      stranger.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'x' })
      await alice.drain()
      expect(await daemon.stop('SIGINT')).toBe(0)
    })
    expect(logged(daemon, 'stopped')).toHaveLength(1)
  })

  test('SQL-4 an account that was registered at one daemon logs in at another at once, and is in the lists of both', async () => {
    const url = await fresh()
    const [one, other] = [await start(url), await start(url)]
    const watcher = await connect(other)
    await logIn(watcher, 'watcher')
    for (let i = 0; i < 10; i++) {
      const client = await connect(one)
      expect(await register(client, `user ${i}`)).toBeUndefined()
      expect(await tryLogin(other, `user ${i}`)).toMatchObject({ success: true })
    }
    watcher.send(T.USER_LIST_REQUEST, {})
    expect((await watcher.next(T.USER_LIST_RESPONSE)).payload['users']).toHaveLength(11)
    const disabled = await ctl(one, ['users', 'disable', 'user 3'])
    expect(disabled.code).toBe(0)
    expect(await tryLogin(other, 'user 3')).toMatchObject({ success: false, reason: 'account_disabled' })
  })

  test('SQL-4 registered at two daemons in the same instant, exactly one wins', async () => {
    const url = await fresh()
    const daemons = [await start(url), await start(url)]
    const clients = await Promise.all(daemons.map((daemon) => connect(daemon)))
    for (let i = 0; i < 10; i++) {
      const reasons = await Promise.all(clients.map((client) => register(client, `user ${i}`)))
      expect(reasons.toSorted()).toEqual(['username_taken', undefined])
    }
  })

  test('SQL-1 two daemons on one database have a data directory each', async () => {
    const url = await fresh()
    const daemon = await start(url)
    await expect(start(url, { cwd: daemon.cwd })).rejects.toThrow('is in use by the daemon with pid')
  })
})
