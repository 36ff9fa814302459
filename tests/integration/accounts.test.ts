import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect } from 'vitest'
import type { Daemon } from '../../src/daemon/daemon.ts'
import { unlessSplit } from '../support/nodes/unless-on-nodes.ts'
import { connectRaw, logIn, type RawClient } from '../support/wire/raw-client.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { T } from '../support/wire/wire.ts'

const test = unlessSplit('files')

let directory: string
let daemon: Daemon | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roomrtc-accounts-'))
})

afterEach(async () => {
  await daemon?.stop()
  daemon = undefined
  await rm(directory, { recursive: true })
})

async function start(security: object = {}): Promise<RawClient> {
  await daemon?.stop()
  daemon = await startTestDaemon({
    security,
    persistence: { enable_persistence: true, data_directory: directory },
  })
  return connectRaw(daemon.port)
}

async function tryLogIn(client: RawClient, username: string, password_hash: string): Promise<unknown> {
  client.send(T.LOGIN_REQUEST, { username, password_hash })
  return (await client.next(T.LOGIN_RESPONSE)).payload['success']
}

describe('accounts on disk', () => {
  test('PW-17 an account of the original server logs in, and its hash is bcrypt from then on', async () => {
    const users = join(directory, 'users.txt')
    // v1.md: h = rotl(h, 5) XOR b XOR i; of "ab": 0x61, then 0xC20 XOR 0x62 XOR 1.
    await writeFile(users, '# taken over\nu-1|old friend!|0000000000000c43|1600000000\n')
    const client = await start()
    expect(await tryLogIn(client, 'old friend!', 'abc')).toBe(false)
    expect(await readFile(users, 'utf8')).toContain('|0000000000000c43|')
    expect(await tryLogIn(client, 'old friend!', 'ab')).toBe(true)
    expect(await readFile(users, 'utf8')).toMatch(/\nu-1\|old friend!\|\$2b\$04\$[^|]+\|1600000000\n$/)

    const again = await start()
    expect(await tryLogIn(again, 'old friend!', '`B')).toBe(false)
    expect(await tryLogIn(again, 'old friend!', 'ab')).toBe(true)
  })

  test('AUTH-1 AUTH-4 an account is there after a restart, and its user Available after login', async () => {
    const id = await logIn(await start(), 'alice')
    const client = await start()
    client.send(T.USER_LIST_REQUEST, {})
    expect((await client.next(T.ERROR)).payload).toMatchObject({ reason: 'login_required' })
    expect(await tryLogIn(client, 'alice', 'secret of alice')).toBe(true)
    client.send(T.USER_LIST_REQUEST, {})
    expect((await client.next(T.USER_LIST_RESPONSE)).payload).toEqual({
      users: [{ user_id: id, username: 'alice', state: 'Available' }],
    })
  })

  test('AUTH-6 all of a password counts, and the digest of the native client is a password like any other', async () => {
    const client = await start()
    const long = 'p'.repeat(4095)
    for (const [username, password] of [
      ['long', `${long}1`],
      ['native', '5f8a3e'],
    ] as const) {
      client.send(T.REGISTER_REQUEST, { username, password_hash: password })
      expect((await client.next(T.REGISTER_RESPONSE)).payload).toMatchObject({ success: true })
    }
    expect(await tryLogIn(client, 'long', `${long}2`)).toBe(false)
    expect(await tryLogIn(client, 'native', '5F8A3E')).toBe(false)
    expect(await tryLogIn(client, 'native', '5f8a3e')).toBe(true)
    const other = await connectRaw(daemon?.port ?? 0)
    expect(await tryLogIn(other, 'long', `${long}1`)).toBe(true)
  })

  test('AUTH-9 where too many passwords wait, the next is told to try again, and the connection lives', async () => {
    const client = await start({ max_pending_hashes: 1, bcrypt_cost: 10 })
    const other = await connectRaw(daemon?.port ?? 0)
    client.send(T.REGISTER_REQUEST, { username: 'alice', password_hash: 'pw' })
    other.send(T.REGISTER_REQUEST, { username: 'bob', password_hash: 'pw', request_id: 'b' })
    const refused = await Promise.race([client.next(T.ERROR), other.next(T.ERROR)])
    expect(refused.payload).toMatchObject({
      code: 503,
      reason: 'overloaded',
      in_reply_to: T.REGISTER_REQUEST,
    })
    await Promise.all([client.drain(), other.drain()])
    const { length } = (await readFile(join(directory, 'users.txt'), 'utf8')).trim().split('\n')
    expect(length).toBe(1)
  })

  test('PRES-1 REQ-2 what is not there yet is not in the list, and an ERROR says what it is about', async () => {
    const client = await start()
    const id = await logIn(client, 'alice')
    client.send(T.USER_LIST_REQUEST, {})
    expect((await client.next(T.USER_LIST_RESPONSE)).payload['users']).toHaveLength(1)
    client.send(T.CALL_REQUEST, { to_user_id: id })
    expect(Object.keys((await client.next(T.ERROR)).payload)).toEqual([
      'code',
      'message',
      'reason',
      'in_reply_to',
    ])
  })
})
