import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Log } from '../../src/application/ports/system/log.ts'
import { startDaemon } from '../../src/compose.ts'
import { configSchema } from '../../src/config/schema.ts'
import { connectRaw, logIn, type RawClient } from '../support/wire/raw-client.ts'
import { silentLog } from '../support/house/house.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { frame, T } from '../support/wire/wire.ts'

/** A daemon with these settings, and a way to connect to it. */
async function daemonWith(
  overrides: Parameters<typeof startTestDaemon>[0],
): Promise<() => Promise<RawClient>> {
  const daemon = await startTestDaemon(overrides)
  onTestFinished(() => daemon.stop())
  return async () => {
    const client = await connectRaw(daemon.port)
    onTestFinished(() => client.close())
    return client
  }
}

describe('what is configured holds in the running daemon', () => {
  test('CALL-7 BEAT-2 calls.ring_timeout_ms ends what rings; security.session_timeout_secs are seconds', async () => {
    const connect = await daemonWith({
      calls: { ring_timeout_ms: 1 },
      security: { session_timeout_secs: 60 },
    })
    const [alice, bob] = [await connect(), await connect()]
    await logIn(alice, 'alice')
    const bobId = await logIn(bob, 'bob')
    await bob.drain()
    for (let i = 0; i < 3; i++) {
      alice.send(T.CALL_REQUEST, { to_user_id: bobId })
      expect((await alice.next(T.CALL_DECLINED)).payload).toMatchObject({ reason: 'timeout' })
      expect((await bob.next(T.HANGUP)).payload).toMatchObject({ reason: 'timeout' })
    }
  })

  test('BEAT-2 security.session_timeout_secs ends who has promised a sign of life', async () => {
    const connect = await daemonWith({ security: { session_timeout_secs: 1 } })
    const alice = await connect()
    await logIn(alice, 'alice')
    alice.send(T.HEARTBEAT, { timestamp: 1 })
    expect((await alice.next(T.ERROR)).payload).toMatchObject({ code: 408, reason: 'session_timeout' })
  })

  test('BEAT-3 heartbeat.interval_ms is when the server sends one of its own', async () => {
    const connect = await daemonWith({ heartbeat: { interval_ms: 1 } })
    const alice = await connect()
    await logIn(alice, 'alice')
    expect((await alice.next(T.HEARTBEAT)).payload).toEqual({ timestamp: expect.any(Number) })
  })

  test('TIME-1 limits.login_timeout_ms ends who does not log in', async () => {
    const connect = await daemonWith({ limits: { login_timeout_ms: 1 } })
    expect((await (await connect()).next(T.ERROR)).payload).toMatchObject({ reason: 'login_timeout' })
  })

  test('WIRE-4 limits.max_frame_bytes is the longest frame', async () => {
    const connect = await daemonWith({ limits: { max_frame_bytes: 1024 } })
    const alice = await connect()
    alice.sendBytes(frame(T.USER_LIST_REQUEST, `{${' '.repeat(1021)}}`))
    expect((await alice.next(T.ERROR)).payload).toMatchObject({ reason: 'login_required' })
    alice.sendBytes(frame(T.USER_LIST_REQUEST, `{${' '.repeat(1022)}}`))
    expect((await alice.next(T.ERROR)).payload).toMatchObject({ code: 413, reason: 'frame_too_large' })
  })

  test('SESS-2 security.session_policy reject refuses the newcomer', async () => {
    const connect = await daemonWith({ security: { session_policy: 'reject' } })
    const [first, second] = [await connect(), await connect()]
    await logIn(first, 'alice')
    second.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' })
    expect((await second.next(T.ERROR)).payload).toMatchObject({ code: 409, reason: 'session_exists' })
    await first.drain()
  })
})

describe('a start', () => {
  async function directory(): Promise<string> {
    const made = await mkdtemp(join(tmpdir(), 'roomrtc-settings-'))
    onTestFinished(() => rm(made, { recursive: true }))
    return made
  }

  test('LIFE-4 STORE-21 that fails for its certificate or its port lets go of the accounts', async () => {
    const data_directory = await directory()
    const start = (server: object) =>
      startDaemon(
        configSchema.parse({
          server: { port: 0, ...server },
          http: { enable: false },
          persistence: { data_directory },
        }),
        silentLog,
      )
    const other = await startTestDaemon()
    onTestFinished(() => other.stop())
    await expect(start({ enable_tls: true, cert_path: 'no.pem', key_path: 'no.pem' })).rejects.toThrow(
      'no.pem',
    )
    expect(await readdir(data_directory)).toEqual(['users.txt'])
    await expect(start({ port: other.port })).rejects.toThrow('another program')
    expect(await readdir(data_directory)).toEqual(['history.jsonl', 'token-keys.json', 'users.txt'])
  })

  test('TLS-16 with an expired certificate says so in the log', async () => {
    const warnings: string[] = []
    const log: Log = { ...silentLog, warn: (_fields, message) => warnings.push(message) }
    const tls = {
      enable_tls: true,
      pkcs12_path: 'tests/fixtures/tls/expired.p12',
      pkcs12_password: 'expired-password',
    }
    const config = configSchema.parse({
      server: { port: 0, ...tls },
      http: { enable: false },
      persistence: { enable_persistence: false },
    })
    const daemon = await startDaemon(config, log)
    onTestFinished(() => daemon.stop())
    expect(warnings).toContainEqual(expect.stringContaining('expired on'))
  })
})
