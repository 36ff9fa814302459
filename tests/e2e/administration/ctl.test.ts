import { once } from 'node:events'
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askControl, ctl } from '../../support/programs/control.ts'
import { logIn, setUpCall } from '../../support/wire/raw-client.ts'
import { runProgram } from '../../support/programs/run-program.ts'
import {
  logged,
  spawnDaemon,
  type SpawnedDaemon,
  untilLogged,
} from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()

async function start(options: Parameters<typeof spawnDaemon>[0] = {}): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({
    ...options,
    config: { security: { bcrypt_cost: 4 }, ...options.config },
  })
  if (options.cwd === undefined) afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

/** For tests that leave it as it was. */
let shared: SpawnedDaemon
beforeAll(async () => {
  shared = await spawnDaemon({ config: { security: { bcrypt_cost: 4 } } })
})
afterAll(async () => {
  await shared.stop('SIGKILL')
  await rm(shared.cwd, { recursive: true, force: true })
})

const HELLO = { protocol: 1, client: 'test', capabilities: ['resume'] }

const json = ({ out }: { readonly out: string }): unknown => JSON.parse(out)

test('ADMIN-1 the socket outlives kill -9, the next daemon takes its place, and a stop removes it', async () => {
  const first = await start()
  const socket = join(first.cwd, 'roomrtc.sock')
  expect((await lstat(socket)).mode & 0o777).toBe(0o600)
  await first.stop('SIGKILL')
  expect((await ctl(first, ['status'])).code).toBe(3)
  const second = await start({ cwd: first.cwd })
  expect((await ctl(second, ['status'])).code).toBe(0)
  expect(await second.stop('SIGINT')).toBe(0)
  expect(await readdir(first.cwd)).not.toContain('roomrtc.sock')
})

test('ADMIN-2 server.control_socket false makes none', async () => {
  const daemon = await start({ config: { server: { control_socket: false } } })
  expect(await readdir(daemon.cwd)).not.toContain('roomrtc.sock')
})

test('ADMIN-5 ADMIN-6 exit codes, and how the socket is found', async () => {
  const daemon = shared
  const { cwd } = daemon
  expect(await runProgram(['ctl', 'log', 'level'], { cwd })).toMatchObject({ code: 0, out: 'info\n' })
  const persistence = { data_directory: cwd }
  const elsewhere = { cwd: '/', env: { CONFIG: JSON.stringify({ persistence }) } }
  expect(await runProgram(['ctl', 'log', 'level'], elsewhere)).toMatchObject({ code: 0 })
  expect(await ctl(daemon, ['sessions', 'end', 'nobody'])).toMatchObject({ code: 1, out: '' })
  expect(await ctl(daemon, ['sessions', 'end'])).toMatchObject({ code: 2, out: '' })
  expect(await ctl(daemon, ['sesions'])).toMatchObject({ code: 2, out: '' })
  const nowhere = await runProgram(['ctl', 'status', '--socket', join(cwd, 'none'), '--json'], { cwd })
  expect(nowhere).toMatchObject({ code: 3, out: '' })
  expect(JSON.parse(nowhere.err)).toMatchObject({ error: { reason: 'unreachable' } })
})

test('ADMIN-7 status counts what is there', async () => {
  const daemon = await start()
  await setUpCall(await connect(daemon), await connect(daemon))
  expect(json(await ctl(daemon, ['status', '--json']))).toMatchObject({
    pid: daemon.child.pid,
    phase: 'running',
    port: daemon.port,
    connections: 2,
    sessions: { live: 2, detached: 0 },
    calls: { ringing: 0, active: 1 },
    accounts: 2,
  })
  const { out } = await ctl(daemon, ['status'])
  expect(out).toMatch(/^sessions +2 live, 0 waiting/m)
})

test('ADMIN-34 METRIC-11 a daemon alone has no nodes to list, and tells nothing of a cluster', async () => {
  const refused = await ctl(shared, ['nodes', '--json'])
  expect(refused).toMatchObject({ code: 1, out: '' })
  expect(JSON.parse(refused.err)).toMatchObject({ error: { reason: 'no_cluster' } })
  expect((await ctl(shared, ['sessions', 'list'])).out).not.toContain('NODE')
  expect((await ctl(shared, ['metrics'])).out).not.toContain('roomrtc_cluster')
})

test('ADMIN-8 sessions are listed and ended: the client is told why, its call ends, and it may log in again', async () => {
  const daemon = await start()
  const [alice, bob] = [await connect(daemon), await connect(daemon)]
  const { call_id } = await setUpCall(alice, bob)
  expect(json(await ctl(daemon, ['sessions', 'list', '--json']))).toMatchObject({
    total: 2,
    sessions: [
      { username: 'alice', state: 'live', transport: 'tcp', address: '127.0.0.1', call: call_id },
      { username: 'bob', call: call_id },
    ],
  })
  const only = await ctl(daemon, ['sessions', 'list', '--user', 'bob'])
  expect(only.out).toMatch(/^SESSION .*\n\S+ +bob /)

  await alice.drain()
  expect(await ctl(daemon, ['sessions', 'end', '--user', 'alice'])).toMatchObject({
    code: 0,
    out: 'sessions ended: 1\n',
  })
  expect(await alice.untilClosed()).toMatchObject([
    { type: T.ERROR, payload: { code: 403, reason: 'session_ended_by_administrator' } },
  ])
  expect((await bob.next(T.HANGUP)).payload).toMatchObject({ call_id, reason: 'ended_by_administrator' })
  const again = await connect(daemon)
  again.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' })
  expect((await again.next(T.LOGIN_RESPONSE)).payload).toMatchObject({ success: true })
})

test('ADMIN-8 a session that waits for its client is ended too, and cannot be resumed', async () => {
  const daemon = await start()
  const alice = await connect(daemon)
  alice.send(T.HELLO, HELLO)
  await alice.next(T.WELCOME)
  alice.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'pw' })
  await alice.next(T.REGISTER_RESPONSE)
  alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
  const { session_token } = (await alice.next(T.LOGIN_RESPONSE)).payload
  alice.socket.destroy()
  const socket = join(daemon.cwd, 'roomrtc.sock')
  const sessions = async () => (await askControl(socket, 'GET', '/v1/sessions')).body
  await expect.poll(sessions).toMatchObject({ sessions: [{ state: 'detached', connection: null }] })
  expect((await ctl(daemon, ['sessions', 'end', '--user', 'alice'])).code).toBe(0)
  const back = await connect(daemon)
  back.send(T.HELLO, HELLO)
  await back.next(T.WELCOME)
  back.send(T.RESUME, { session_token, last_seq: 0 })
  expect((await back.next(T.RESUME_REFUSED)).payload).toMatchObject({ reason: 'unknown' })
})

test('ADMIN-9 a call is listed and ended: both get HANGUP with the reason, and are Available', async () => {
  const daemon = await start()
  const [alice, bob] = [await connect(daemon), await connect(daemon)]
  const { call_id } = await setUpCall(alice, bob)
  expect(json(await ctl(daemon, ['calls', 'list', '--json']))).toMatchObject({
    total: 1,
    calls: [{ call: call_id, phase: 'active', caller: 'alice', callee: 'bob' }],
  })
  expect(await ctl(daemon, ['calls', 'end', call_id])).toMatchObject({ code: 0, out: `ended ${call_id}\n` })
  for (const party of [alice, bob])
    expect((await party.next(T.HANGUP)).payload).toMatchObject({ call_id, reason: 'ended_by_administrator' })
  expect((await ctl(daemon, ['calls', 'end', call_id])).code).toBe(1)
  expect(json(await ctl(daemon, ['calls', 'list', '--json']))).toMatchObject({ total: 0 })
})

test('ADMIN-10 an address is banned, listed, and let in again', async () => {
  const daemon = shared
  expect((await ctl(daemon, ['bans', 'add', '127.0.0.1', '--seconds', '600'])).code).toBe(0)
  const banned = await connect(daemon)
  expect(await banned.untilClosed()).toMatchObject([{ payload: { reason: 'address_banned' } }])
  expect((await ctl(daemon, ['bans', 'list'])).out).toMatch(/^ADDRESS .*\n127\.0\.0\.1 +(600|59\d)\n$/)
  expect((await ctl(daemon, ['bans', 'lift', '127.0.0.1'])).code).toBe(0)
  await logIn(await connect(daemon), 'alice')
  expect((await ctl(daemon, ['bans', 'lift', '127.0.0.1'])).code).toBe(1)
  expect((await ctl(daemon, ['bans', 'add', 'localhost'])).code).toBe(1)
})

test('ADMIN-11 the log level is set until a reload, which takes the one of the configuration', async () => {
  const daemon = shared
  expect((await ctl(daemon, ['log', 'level', 'debug'])).out).toBe('debug\n')
  const probe = await connect(daemon)
  probe.send(0x7f, '')
  await probe.next(T.ERROR)
  await untilLogged(daemon, 'refused')
  expect((await ctl(daemon, ['log', 'level', 'loud'])).code).toBe(1)
  expect((await ctl(daemon, ['reload'])).out).toBe('reloaded, log level info\n')
  expect((await ctl(daemon, ['log', 'level'])).out).toBe('info\n')
  expect(logged(daemon, 'reloaded')).toHaveLength(1)
})

test('ADMIN-12 drain tells everybody, waits for the end, and the process ends with 0', async () => {
  const daemon = await start({ config: { drain: { grace_ms: 0, window_ms: 300 } } })
  const alice = await connect(daemon)
  await alice.drain()
  const ended = once(daemon.child, 'exit')
  const drained = await ctl(daemon, ['drain'])
  expect(drained).toMatchObject({ code: 0, out: 'drained, and stopping\n' })
  expect(await alice.untilClosed()).toMatchObject([{ payload: { reason: 'shutting_down' } }])
  expect(await ended).toEqual([0, null])
  expect(logged(daemon, 'draining')).toMatchObject([{ by: 'control socket' }])
})

test('ADMIN-18 check-config is --check', async () => {
  const daemon = shared
  expect(await ctl(daemon, ['check-config'])).toMatchObject({
    code: 0,
    out: 'embedded defaults: no faults\n',
  })
  expect(await ctl(daemon, ['check-config', 'none.json'])).toMatchObject({ code: 1, out: '' })
})
