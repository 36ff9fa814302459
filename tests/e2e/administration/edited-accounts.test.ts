import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ctl } from '../../support/programs/control.ts'
import { logIn, type RawClient } from '../../support/wire/raw-client.ts'
import {
  logged,
  spawnDaemon,
  type SpawnedDaemon,
  untilLogged,
} from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const READ_AGAIN = 'the account file was edited by another program: read again'
const { afterwards, connect } = visits()

function home(): string {
  const path = mkdtempSync(join(tmpdir(), 'roomrtc-'))
  afterwards(() => rm(path, { recursive: true }))
  return path
}

async function start(cwd: string): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({ config: { security: { bcrypt_cost: 4 } }, cwd })
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

const fileOf = ({ cwd }: SpawnedDaemon) => join(cwd, 'users.txt')
const read = (daemon: SpawnedDaemon) => readFileSync(fileOf(daemon), 'utf8')

/** As most editors save. */
function replace(daemon: SpawnedDaemon, content: string): void {
  writeFileSync(`${fileOf(daemon)}.edited`, content, { mode: 0o600 })
  renameSync(`${fileOf(daemon)}.edited`, fileOf(daemon))
}

/** What a REGISTER_REQUEST is answered: undefined for an account, else the payload of the ERROR. */
async function register(client: RawClient, username: string) {
  client.send(T.REGISTER_REQUEST, { username, password_hash: `secret of ${username}` })
  const answers = (await client.drain()).filter(
    ({ type }) => type === T.REGISTER_RESPONSE || type === T.ERROR,
  )
  return answers[0]?.type === T.ERROR ? answers[0].payload : undefined
}

/** The payload of LOGIN_RESPONSE on a connection of its own. */
async function tryLogin(daemon: SpawnedDaemon, username: string, password = `secret of ${username}`) {
  const client = await connect(daemon)
  client.send(T.LOGIN_REQUEST, { username, password_hash: password })
  const { payload } = await client.next(T.LOGIN_RESPONSE)
  await client.close()
  return payload
}

test('STORE-10 LIFE-5 after another file was put in its place a registration works at once, and all are there after a restart', async () => {
  const daemon = await start(home())
  const client = await connect(daemon)
  for (const name of ['alice', 'bob']) expect(await register(client, name)).toBeUndefined()
  const ann =
    read(daemon)
      .split('\n')[0]
      ?.replace(/^[^|]*\|alice/, 'by-hand|ann') ?? ''
  replace(daemon, `# edited\n${read(daemon)}${ann}\n`)
  expect(await register(client, 'carol')).toBeUndefined()
  expect(await tryLogin(daemon, 'ann', 'secret of alice')).toMatchObject({
    success: true,
    user_id: 'by-hand',
  })
  expect(logged(daemon, READ_AGAIN)).toMatchObject([
    { level: 'info', added: { count: 1, names: ['ann'] }, removed: { count: 0 }, kept: { count: 0 } },
  ])
  expect(daemon.lines.filter(({ level }) => level === 'error')).toEqual([])

  await daemon.stop('SIGKILL')
  const again = await start(daemon.cwd)
  for (const name of ['alice', 'bob', 'carol'])
    expect(await tryLogin(again, name)).toMatchObject({ success: true })
  expect(await tryLogin(again, 'ann', 'secret of alice')).toMatchObject({ success: true })
})

test('STORE-10 AUTH-12 RESUME-3 who is disabled or removed in place, by sed, can soon neither log in nor resume', async () => {
  const daemon = await start(home())
  const [alice, bob] = [await connect(daemon, ['resume']), await connect(daemon, ['resume'])]
  const tokens: unknown[] = []
  for (const [client, name] of [
    [alice, 'alice'],
    [bob, 'bob'],
  ] as const) {
    await register(client, name)
    client.send(T.LOGIN_REQUEST, { username: name, password_hash: `secret of ${name}` })
    tokens.push((await client.next(T.LOGIN_RESPONSE)).payload['session_token'])
  }
  const watcher = await connect(daemon)
  await register(watcher, 'carol')
  await logIn(watcher, 'watcher')
  watcher.send(T.USER_LIST_REQUEST, {})
  expect((await watcher.next(T.USER_LIST_RESPONSE)).text).toContain('"carol"')

  execFileSync('sed', ['-i', '-e', 's/|alice|/&!/', '-e', '/|bob|/d', '-e', '/|carol|/d', fileOf(daemon)])
  await untilLogged(daemon, READ_AGAIN)
  expect(await tryLogin(daemon, 'alice')).toMatchObject({ success: false, reason: 'account_disabled' })
  expect(await tryLogin(daemon, 'bob')).toMatchObject({ success: false, reason: 'invalid_credentials' })
  watcher.send(T.USER_LIST_REQUEST, {})
  expect((await watcher.next(T.USER_LIST_RESPONSE)).text).not.toContain('"carol"')

  // They are still here, and are heard, until somebody ends their sessions or their connections are lost.
  for (const client of [alice, bob]) await client.drain()
  for (const [client, session_token] of [
    [alice, tokens[0]],
    [bob, tokens[1]],
  ] as const) {
    await client.close()
    const again = await connect(daemon, ['resume'])
    again.send(T.RESUME, { session_token, last_seq: 0 })
    expect((await again.next(T.RESUME_REFUSED)).payload).toEqual({ reason: 'unknown' })
  }
})

test('STORE-28 a copy from before a registration does not end it, even if the daemon is killed then', async () => {
  const daemon = await start(home())
  const client = await connect(daemon)
  await register(client, 'alice')
  const copy = read(daemon)
  await ctl(daemon, ['reload'])
  await register(client, 'bob')
  replace(daemon, copy)
  await untilLogged(daemon, READ_AGAIN)
  await expect.poll(() => read(daemon)).toContain('|bob|')
  expect(logged(daemon, READ_AGAIN)).toMatchObject([{ level: 'warn', kept: { count: 1, names: ['bob'] } }])

  replace(daemon, copy)
  expect(await register(client, 'carol')).toBeUndefined()
  await daemon.stop('SIGKILL')
  const again = await start(daemon.cwd)
  for (const name of ['alice', 'bob', 'carol'])
    expect(await tryLogin(again, name)).toMatchObject({ success: true })
})

test('STORE-29 ADMIN-11 with a faulty file logins go on, reload names the line, and once it is mended registrations work again', async () => {
  const daemon = await start(home())
  const client = await connect(daemon)
  for (const name of ['alice', 'bob']) await register(client, name)
  const good = read(daemon)
  replace(daemon, good.replace('|bob|', '|bob'))
  expect(await register(client, 'carol')).toMatchObject({ code: 503, reason: 'storage_unavailable' })
  const refused = await ctl(daemon, ['reload'])
  expect(refused.code).toBe(1)
  expect(refused.err).toMatch(/users\.txt, line 2: it has 3 fields/)
  for (const name of ['alice', 'bob']) expect(await tryLogin(daemon, name)).toMatchObject({ success: true })
  expect(daemon.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  expect(JSON.stringify(daemon.lines)).not.toMatch(/\$2[aby]\$/)

  replace(daemon, good)
  expect((await ctl(daemon, ['reload'])).code).toBe(0)
  expect(await register(client, 'carol')).toBeUndefined()
  expect(await daemon.stop()).toBe(0)
  expect(read(daemon)).toMatch(/\|alice\|.*\n.*\|bob\|.*\n.*\|carol\|.*\n$/)
})
