import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { logIn, type RawClient } from '../../support/wire/raw-client.ts'
import { logged, spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()
/** What each of them agrees on. */
const ACCOUNT = ['resume', 'account']

async function start(cwd?: string, bcrypt_cost = 4): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({
    config: { security: { bcrypt_cost } },
    ...(cwd === undefined ? {} : { cwd }),
  })
  afterwards(() => rm(daemon.cwd, { recursive: true, force: true }))
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

async function logsIn(daemon: SpawnedDaemon, password_hash: string): Promise<boolean> {
  const trying = await connect(daemon, ACCOUNT)
  trying.send(T.LOGIN_REQUEST, { username: 'alice', password_hash })
  const { success } = (await trying.next(T.LOGIN_RESPONSE)).payload
  await trying.close()
  return success === true
}

async function isInside(one: RawClient): Promise<boolean> {
  if (one.closed) return false
  one.send(T.USER_LIST_REQUEST, {})
  const heard = await one.drain().catch(() => [])
  return heard.some(({ type }) => type === T.USER_LIST_RESPONSE)
}

test('ACCOUNT-1 ACCOUNT-7 a changed password is so after kill -9, and no password is in the log', async () => {
  const daemon = await start()
  const alice = await connect(daemon, ACCOUNT)
  await logIn(alice, 'alice')
  alice.send(T.CHANGE_PASSWORD, { password_hash: 'a guess', new_password_hash: 'new secret' })
  expect((await alice.next(T.ERROR)).payload).toMatchObject({ reason: 'invalid_credentials' })
  alice.send(T.CHANGE_PASSWORD, { password_hash: 'secret of alice', new_password_hash: 'new secret' })
  await alice.next(T.PASSWORD_CHANGED)
  await daemon.stop('SIGKILL')
  const events = logged(daemon, 'account')
  expect(events.map(({ action, address, outcome }) => [action, address, outcome])).toEqual([
    ['change password', '127.0.0.1', 'invalid_credentials'],
    ['change password', '127.0.0.1', 'done'],
  ])
  expect(JSON.stringify(daemon.lines)).not.toMatch(/secret|a guess/)

  const again = await start(daemon.cwd)
  expect(await logsIn(again, 'secret of alice')).toBe(false)
  expect(await logsIn(again, 'new secret')).toBe(true)
})

test('ACCOUNT-2 AUTH-14 a login with the old password that meets the change is refused, or its session ends', async () => {
  // Slow enough for the two to meet.
  const daemon = await start(undefined, 8)
  let present = 'secret of alice'
  await logIn(await connect(daemon, ACCOUNT), 'alice')
  for (let round = 0; round < 10; round += 1) {
    const [first, second] = [await connect(daemon, ACCOUNT), await connect(daemon, ACCOUNT)]
    const replacement = `secret ${round}`
    first.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: present })
    await first.next(T.LOGIN_RESPONSE)
    first.send(T.CHANGE_PASSWORD, { password_hash: present, new_password_hash: replacement })
    second.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: present })
    await second.next(T.LOGIN_RESPONSE)
    await expect.poll(() => logged(daemon, 'account').length, { timeout: 20_000 }).toBe(round + 1)
    if (logged(daemon, 'account').at(-1)?.['outcome'] === 'done') {
      await expect.poll(() => isInside(second), { timeout: 20_000 }).toBe(false)
      present = replacement
    } else expect(await isInside(second)).toBe(true)
    await first.close()
    await second.close()
  }
})

test('ACCOUNT-4 a deleted account is gone, also from the file and after a restart, and its session with it', async () => {
  const daemon = await start()
  const [alice, bob] = [await connect(daemon, ACCOUNT), await connect(daemon, [])]
  await logIn(alice, 'alice')
  alice.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'secret of alice' })
  await logIn(bob, 'bob')
  const { session_token } = (await alice.next(T.LOGIN_RESPONSE)).payload
  await bob.drain()
  alice.send(T.DELETE_ACCOUNT, { password_hash: 'secret of alice' })
  await alice.next(T.ACCOUNT_DELETED)
  expect((await bob.next(T.USER_STATE_UPDATE)).payload).toMatchObject({
    username: 'alice',
    state: 'Disconnected',
  })
  const file = join(daemon.cwd, 'users.txt')
  expect(await readFile(file, 'utf8')).toMatch(/^[^\n]*\|bob\|[^\n]*\n$/)
  await daemon.stop('SIGKILL')

  const again = await start(daemon.cwd)
  expect(await logsIn(again, 'secret of alice')).toBe(false)
  const back = await connect(again, ACCOUNT)
  back.send(T.RESUME, { session_token, last_seq: 0 })
  expect((await back.next(T.RESUME_REFUSED)).payload).toMatchObject({ reason: 'unknown' })
  back.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'another' })
  expect((await back.next(T.REGISTER_RESPONSE)).payload).toMatchObject({ success: true })
  expect(await logsIn(again, 'another')).toBe(true)
})
