import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ctl } from '../../support/programs/control.ts'
import { connectRaw, logIn } from '../../support/wire/raw-client.ts'
import { runProgram } from '../../support/programs/run-program.ts'
import { logged, spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()
const security = { bcrypt_cost: 4 }

async function start(): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({ config: { security } })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

async function logsIn(daemon: SpawnedDaemon, username: string, password_hash: string): Promise<boolean> {
  const trying = await connect(daemon)
  trying.send(T.LOGIN_REQUEST, { username, password_hash })
  return (await trying.next(T.LOGIN_RESPONSE)).payload['success'] === true
}

async function folder(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  afterwards(() => rm(cwd, { recursive: true }))
  return cwd
}

/** With no daemon there: on the file in `cwd`. */
const offline = (cwd: string, args: readonly string[], input = '') =>
  runProgram(['ctl', ...args], { cwd, input, env: { CONFIG: JSON.stringify({ security }) } })

test('ADMIN-13 ADMIN-14 an account is added, listed and shown; others see it in their list, and it logs in as native clients do', async () => {
  const daemon = await start()
  const watcher = await connect(daemon)
  await logIn(watcher, 'watcher')
  watcher.send(T.USER_LIST_REQUEST, {})
  await watcher.next(T.USER_LIST_RESPONSE)

  expect((await ctl(daemon, ['users', 'add', 'alice'], 'secret\n')).code).toBe(0)
  // h = h × 31 + b over the bytes of "secret".
  expect(await logsIn(daemon, 'alice', 'c9fb4eb0')).toBe(true)
  expect((await ctl(daemon, ['users', 'add', 'bob', '--raw'], 'secret\n')).code).toBe(0)
  expect(await logsIn(daemon, 'bob', 'secret')).toBe(true)
  await watcher.drain()
  watcher.send(T.USER_LIST_REQUEST, {})
  const { payload } = await watcher.next(T.USER_LIST_RESPONSE)
  expect(JSON.stringify(payload)).toContain('"bob"')

  for (const [name, input, reason] of [
    ['alice', 'x\n', 'username_taken'],
    ['a|b', 'x\n', 'invalid_username'],
    ['carol', '\n', 'empty_password'],
  ] as const) {
    const { code, err } = await ctl(daemon, ['users', 'add', name, '--json'], input)
    expect({ code, error: JSON.parse(err) }).toMatchObject({ code: 1, error: { error: { reason } } })
  }
  const { out } = await ctl(daemon, ['users', 'list', '--limit', '2'])
  expect(out).toMatch(/^NAME .*\nalice .* bcrypt\nbob .* bcrypt\nmore: --after "bob"\n$/)
  expect((await ctl(daemon, ['users', 'list', '--after', 'bob'])).out).toMatch(/\nwatcher .* live +bcrypt\n$/)
  expect((await ctl(daemon, ['users', 'show', 'watcher'])).out).toMatch(/^state +live$/m)
  expect((await ctl(daemon, ['users', 'show', 'nobody'])).code).toBe(1)
  const events = logged(daemon, 'administration').filter(({ action }) => action === 'users add')
  expect(events.map(({ username, outcome }) => [username, outcome])).toEqual([
    ['alice', 'done'],
    ['bob', 'done'],
    ['alice', 'username_taken'],
    ['a|b', 'invalid_username'],
  ])
  expect(JSON.stringify(daemon.lines)).not.toMatch(/secret|c9fb4eb0/)
})

test('ADMIN-15 a password is set: sessions end, the old one is wrong, the new one right', async () => {
  const daemon = await start()
  const alice = await connect(daemon)
  await logIn(alice, 'alice')
  await alice.drain()
  const set = await ctl(daemon, ['users', 'passwd', 'alice', '--raw'], 'new\n')
  expect(set).toMatchObject({ code: 0, out: 'password of alice set, sessions ended: 1\n' })
  expect(await alice.untilClosed()).toMatchObject([{ payload: { reason: 'session_ended_by_administrator' } }])
  expect(await logsIn(daemon, 'alice', 'secret of alice')).toBe(false)
  expect(await logsIn(daemon, 'alice', 'new')).toBe(true)
  expect((await ctl(daemon, ['users', 'passwd', 'nobody'], 'x\n')).code).toBe(1)
})

test('ADMIN-19 AUTH-12 a disabled account cannot log in or resume, which only the right password is told, until it is enabled', async () => {
  const daemon = await start()
  const alice = await connectRaw(daemon.port)
  afterwards(() => alice.close())
  alice.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['resume'] })
  await alice.next(T.WELCOME)
  await logIn(alice, 'alice')
  alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' })
  const { session_token } = (await alice.next(T.LOGIN_RESPONSE)).payload
  await alice.drain()
  expect((await ctl(daemon, ['users', 'disable', 'alice'])).out).toBe(
    'alice is disabled, sessions ended: 1\n',
  )
  expect(await alice.untilClosed()).toMatchObject([{ payload: { reason: 'session_ended_by_administrator' } }])
  expect((await ctl(daemon, ['users', 'list'])).out).toMatch(/\nalice .* disabled +bcrypt\n$/)

  const refusal = async (password_hash: string) => {
    const trying = await connect(daemon)
    trying.send(T.LOGIN_REQUEST, { username: 'alice', password_hash })
    return (await trying.next(T.LOGIN_RESPONSE)).payload
  }
  expect(await refusal('secret of alice')).toMatchObject({ success: false, reason: 'account_disabled' })
  expect(await refusal('wrong')).toMatchObject({ success: false, reason: 'invalid_credentials' })
  const back = await connect(daemon)
  back.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['resume'] })
  await back.next(T.WELCOME)
  back.send(T.RESUME, { session_token, last_seq: 0 })
  expect((await back.next(T.RESUME_REFUSED)).payload).toMatchObject({ reason: 'unknown' })

  // As it is in the file.
  expect(await daemon.stop()).toBe(0)
  expect(await readFile(join(daemon.cwd, 'users.txt'), 'utf8')).toMatch(/\|alice\|!\$2b\$.*\n$/)
  const again = await spawnDaemon({ cwd: daemon.cwd, config: { security } })
  afterwards(() => again.stop('SIGKILL'))
  expect(await logsIn(again, 'alice', 'secret of alice')).toBe(false)
  expect((await ctl(again, ['users', 'enable', 'alice'])).out).toBe('alice is enabled\n')
  expect(await logsIn(again, 'alice', 'secret of alice')).toBe(true)
})

test('ADMIN-20 ADMIN-21 an account that is renamed or removed ends its sessions, and is so after kill -9; the old name is free', async () => {
  const daemon = await start()
  const alice = await connect(daemon)
  await logIn(alice, 'alice')
  await logIn(await connect(daemon), 'bob')
  await alice.drain()
  expect((await ctl(daemon, ['users', 'rename', 'alice', 'bob'])).code).toBe(1)
  expect((await ctl(daemon, ['users', 'rename', 'alice', 'a|b'])).code).toBe(1)
  const renamed = await ctl(daemon, ['users', 'rename', 'alice', 'alicia'])
  expect(renamed.out).toBe('alice is alicia now, sessions ended: 1\n')
  expect(await alice.untilClosed()).toMatchObject([{ payload: { reason: 'session_ended_by_administrator' } }])
  expect((await ctl(daemon, ['users', 'remove', 'bob'])).out).toBe('bob is removed, sessions ended: 1\n')
  expect((await ctl(daemon, ['users', 'remove', 'bob'])).code).toBe(1)
  await daemon.stop('SIGKILL')

  const again = await spawnDaemon({ cwd: daemon.cwd, config: { security } })
  afterwards(() => again.stop('SIGKILL'))
  expect(await logsIn(again, 'alice', 'secret of alice')).toBe(false)
  expect(await logsIn(again, 'alicia', 'secret of alice')).toBe(true)
  expect(await logsIn(again, 'bob', 'secret of bob')).toBe(false)
  expect((await ctl(again, ['users', 'add', 'bob', '--raw'], 'new\n')).code).toBe(0)
  const list = await ctl(again, ['users', 'list'])
  expect(list.out).toMatch(/^NAME .*\nalicia .*\nbob .*\n$/)
  const events = logged(daemon, 'administration').map(({ action, outcome }) => [action, outcome])
  expect(events).toContainEqual(['users rename', 'done'])
  expect(events).toContainEqual(['users remove', 'user_not_found'])
})

test('ADMIN-16 what is exported is imported as it was; what is there is left; each refused line is named', async () => {
  const daemon = await start()
  await logIn(await connect(daemon), 'alice')
  await logIn(await connect(daemon), 'bob')
  const file = join(daemon.cwd, 'exported')
  expect((await ctl(daemon, ['users', 'export', file])).out).toBe(`exported 2 accounts to ${file}\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await ctl(daemon, ['users', 'export', file])).code).toBe(1)
  const exported = await readFile(file, 'utf8')
  expect((await ctl(daemon, ['users', 'export'])).out).toBe(exported)

  const other = await start()
  expect((await ctl(other, ['users', 'import', file])).out).toBe('added 2, there already 0, refused 0\n')
  expect(await logsIn(other, 'alice', 'secret of alice')).toBe(true)
  expect((await ctl(other, ['users', 'export'])).out).toBe(exported)

  const digest = '0123456789abcdef'
  const more = `# comment\n${exported}new|carol|${digest}|1\nnew|dave|${digest}|1\nx|alice|${digest}|1\nx|y\n`
  const again = await ctl(other, ['users', 'import'], more)
  expect(again).toMatchObject({ code: 1, out: 'added 1, there already 2, refused 3\n' })
  expect(again.err).toMatch(/line 5 \(dave\) .*\nline 6 \(alice\) .*\nline 7 .*\n3 lines were refused/)
  expect(again.err).not.toContain(digest)
})

test('ADMIN-17 with the daemon stopped the commands work on the file, through its lock', async () => {
  const cwd = await folder()
  const none = await offline(cwd, ['users', 'list'])
  expect(none.code).toBe(3)
  expect(await readdir(cwd)).toEqual([])

  expect((await offline(cwd, ['users', 'add', 'alice', '--raw'], 'one\n')).code).toBe(0)
  expect((await offline(cwd, ['users', 'passwd', 'alice', '--raw'], 'two\n')).code).toBe(0)
  expect((await offline(cwd, ['users', 'show', 'alice'])).out).toMatch(/^state +offline$/m)
  expect(await readdir(cwd)).toEqual(['users.txt'])
  expect((await offline(cwd, ['status'])).code).toBe(3)
  const daemon = await spawnDaemon({ cwd, config: { security } })
  afterwards(() => daemon.stop('SIGKILL'))
  expect(await logsIn(daemon, 'alice', 'two')).toBe(true)

  // A daemon without a socket still has the lock.
  await rm(join(cwd, 'roomrtc.sock'))
  const locked = await offline(cwd, ['users', 'add', 'bob'], 'x\n')
  expect(locked.code).toBe(1)
  expect(locked.err).toContain(String(daemon.child.pid))
})

test('ADMIN-17 a change of the file alone is in the log file of the configuration', async () => {
  const cwd = await folder()
  const logging = { enable_file: true, log_file_path: 'd.log' }
  await writeFile(join(cwd, 'server_config.json'), JSON.stringify({ security, logging }))
  await runProgram(['ctl', 'users', 'add', 'alice'], { cwd, input: 'SECRET\n' })
  const log = await readFile(join(cwd, 'd.log'), 'utf8')
  expect(log).toMatch(/"by":"command line","action":"users add","username":"alice","outcome":"done"/)
  expect(log).not.toContain('SECRET')
})
