import { expect, test } from 'vitest'
import { makeChangeAccount } from '../../../src/application/admin/change-account.ts'
import { makeIssueToken } from '../../../src/application/admin/issue-token.ts'
import { createBarrier } from '../../support/house/barrier.ts'
import { createHouse, type House } from '../../support/house/house.ts'
import { T } from '../../support/wire/wire.ts'

async function tokenOf({ ports }: House, username: string): Promise<string> {
  const issued = await makeIssueToken(ports)(username)
  if (!issued.ok) throw new Error(issued.error.reason)
  return issued.value.issued.token
}

const refusal = (reason: string) => [[T.LOGIN_RESPONSE, { success: false, reason }]]

/** A house with the account of alice, who is away, and her token. */
async function withToken() {
  const house = createHouse()
  const alice = await house.logIn('alice')
  await alice.drop()
  return { house, id: alice.userId, token: await tokenOf(house, 'alice') }
}

test('TOKEN-1 TOKEN-2 a token logs in without a name and a password, and the answer is that of a password', async () => {
  const { house, id, token } = await withToken()
  const watcher = await house.logIn('watcher')
  const client = house.connect()
  await client.send(T.LOGIN_REQUEST, { token })
  expect(client.seen()).toEqual([[T.LOGIN_RESPONSE, { success: true, user_id: id, username: 'alice' }]])
  expect(watcher.take(T.USER_STATE_UPDATE).map(({ payload }) => payload)).toEqual([
    { user_id: id, username: 'alice', state: 'Available' },
  ])
})

test.each([
  { token: 'a.b.c', username: 'alice' },
  { token: 'a.b.c', password_hash: 'pw' },
  { token: 'a.b.c', username: null },
  { token: '' },
  { token: 7 },
  { token: null },
  { token: ['a.b.c'] },
  { token: 'x'.repeat(8193) },
  {},
])('TOKEN-1 what is neither a token nor a name with a password is an invalid field: %#', async (payload) => {
  const client = createHouse().connect()
  await client.send(T.LOGIN_REQUEST, payload)
  expect(client.seen()).toMatchObject([[T.ERROR, { code: 400, reason: 'invalid_field' }]])
})

test('TOKEN-2 RESUME-1 a session that was opened with a token is resumed like any other, also when the token has ended', async () => {
  const { house, token } = await withToken()
  const client = house.connect()
  await client.hello(['resume'])
  await client.send(T.LOGIN_REQUEST, { token })
  const [answer] = client.take(T.LOGIN_RESPONSE)
  house.setClock(10_000_000)
  await client.drop()
  const back = house.connect()
  await back.hello(['resume'])
  await back.send(T.RESUME, { session_token: answer?.payload['session_token'], last_seq: 0 })
  expect(back.take(T.RESUMED)).toHaveLength(1)
  await back.send(T.LOGIN_REQUEST, { token })
  expect(back.take(T.LOGIN_RESPONSE)).toMatchObject([{ payload: { reason: 'expired_token' } }])
})

test('TOKEN-2 SESS-1 a login with a token replaces an earlier session', async () => {
  const { house, token } = await withToken()
  const first = house.connect()
  await first.send(T.LOGIN_REQUEST, { token })
  first.take()
  const second = house.connect()
  await second.send(T.LOGIN_REQUEST, { token })
  expect(second.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
  expect(first.seen()).toMatchObject([[T.ERROR, { reason: 'session_replaced' }]])
  expect(first.ended).toBe(true)
})

test('TOKEN-2 SESS-2 with the policy reject the second login is refused', async () => {
  const house = createHouse({ sessionPolicy: 'reject' })
  const alice = await house.logIn('alice')
  const second = house.connect()
  await second.send(T.LOGIN_REQUEST, { token: await tokenOf(house, 'alice') })
  expect(second.seen()).toMatchObject([[T.ERROR, { reason: 'session_exists' }]])
  expect(alice.ended).toBe(false)
})

test('TOKEN-2 AUTH-8 whoever is logged in gets the own answer anew, and is refused the token of another', async () => {
  const { house, id, token } = await withToken()
  await house.logIn('bob')
  const other = await tokenOf(house, 'bob')
  const client = house.connect()
  await client.send(T.LOGIN_REQUEST, { token })
  await client.send(T.LOGIN_REQUEST, { token })
  await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
  await client.send(T.LOGIN_REQUEST, { token: other })
  await client.send(T.LOGIN_REQUEST, { token: 'a.b.c' })
  const welcome = [T.LOGIN_RESPONSE, { success: true, user_id: id, username: 'alice' }]
  expect(client.seen()).toMatchObject([
    welcome,
    welcome,
    welcome,
    [T.ERROR, { code: 409, reason: 'already_logged_in' }],
    [T.LOGIN_RESPONSE, { reason: 'invalid_token' }],
  ])
  expect((await house.ports.presence.list()).size).toBe(2)
})

test('TOKEN-4 bad and expired tokens are refused in LOGIN_RESPONSE with request_id, and the connection lives', async () => {
  const { house, token } = await withToken()
  const client = house.connect()
  await client.send(T.LOGIN_REQUEST, { token: `${token}A`, request_id: 'r1' })
  expect(client.seen()).toEqual([
    [T.LOGIN_RESPONSE, { success: false, error: 'Invalid token', reason: 'invalid_token', request_id: 'r1' }],
  ])
  house.setClock(3_606_000)
  await client.send(T.LOGIN_REQUEST, { token })
  expect(client.seen()).toEqual([
    [
      T.LOGIN_RESPONSE,
      { success: false, error: 'The token has expired; get a new one', reason: 'expired_token' },
    ],
  ])
  await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash: 'pw' })
  expect(client.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
})

test('TOKEN-7 a new password, a new name or a removal makes earlier tokens invalid; a token made after it is good', async () => {
  const { house, id, token } = await withToken()
  const { users } = house.ports
  const change = makeChangeAccount({ users })
  const client = house.connect()
  const tries = async (bearing: string) => {
    await client.send(T.LOGIN_REQUEST, { token: bearing })
    const [answer] = client.take(T.LOGIN_RESPONSE)
    if (answer?.payload['success'] === true) await client.send(T.LOGOUT_REQUEST, {})
    client.take()
    return answer?.payload['reason'] ?? 'in'
  }
  expect(await tries(token)).toBe('in')
  await change('alice', { kind: 'disable' })
  expect(await tries(token)).toBe('account_disabled')
  await change('alice', { kind: 'enable' })
  expect(await tries(token)).toBe('in')
  const account = await users.findByName('alice')
  if (account === undefined) throw new Error('alice is there')
  await users.replaceHash(account.id, account.passwordHash, 'plain new')
  expect(await tries(token)).toBe('invalid_token')
  const second = await tokenOf(house, 'alice')
  expect(await tries(second)).toBe('in')
  await change('alice', { kind: 'rename', to: 'alicia' })
  expect(await tries(second)).toBe('invalid_token')
  const third = await tokenOf(house, 'alicia')
  expect(await tries(third)).toBe('in')
  await change('alicia', { kind: 'remove' })
  expect(await tries(third)).toBe('invalid_token')
  // Whoever takes the name is somebody else.
  const heir = await house.logIn('alicia')
  expect(heir.userId).not.toBe(id)
  expect(await tries(third)).toBe('invalid_token')
})

test('ADMIN-30 no token is made for an account that is disabled or is not there', async () => {
  const { house } = await withToken()
  await makeChangeAccount(house.ports)('alice', { kind: 'disable' })
  expect(await makeIssueToken(house.ports)('alice')).toMatchObject({ error: { reason: 'account_disabled' } })
  expect(await makeIssueToken(house.ports)('nobody')).toMatchObject({ error: { reason: 'user_not_found' } })
})

/** A login by a token that has just been found good. */
async function loginInFlight() {
  const { house, token } = await withToken()
  const { users } = house.ports
  const [found, barrier] = [createBarrier(), createBarrier()]
  const lookUpId = users.lookUpId.bind(users)
  users.lookUpId = async (id) => {
    users.lookUpId = lookUpId
    const account = await lookUpId(id)
    found.open()
    await barrier.wait()
    return account
  }
  const late = house.connect()
  const asked = late.send(T.LOGIN_REQUEST, { token })
  await found.wait()
  const goOn = async () => {
    barrier.open()
    await asked
  }
  return { house, late, goOn }
}

test('TOKEN-3 a login under way comes to nothing if the password is changed meanwhile', async () => {
  const { house, late, goOn } = await loginInFlight()
  const account = await house.ports.users.findByName('alice')
  if (account === undefined) throw new Error('alice is there')
  await house.ports.users.replaceHash(account.id, account.passwordHash, 'plain new')
  await goOn()
  expect(late.seen()).toMatchObject(refusal('invalid_token'))
  expect((await house.ports.presence.list()).size).toBe(0)
})

test.each([
  [{ kind: 'rename', to: 'alicia' } as const, 'invalid_token'],
  [{ kind: 'remove' } as const, 'invalid_token'],
  [{ kind: 'disable' } as const, 'account_disabled'],
])('TOKEN-3 a login under way comes to nothing after %j', async (change, reason) => {
  const { house, late, goOn } = await loginInFlight()
  await makeChangeAccount(house.ports)('alice', change)
  await goOn()
  expect(late.seen()).toMatchObject(refusal(reason))
  expect((await house.ports.presence.list()).size).toBe(0)
})

test('TOKEN-2 SESS-4 WIRE-10 a client that leaves meanwhile never becomes present', async () => {
  const gone = await loginInFlight()
  await gone.late.drop()
  await gone.goOn()
  expect((await gone.house.ports.presence.list()).size).toBe(0)
  const leaving = await loginInFlight()
  leaving.late.endpoint.leave()
  await leaving.goOn()
  expect(leaving.late.seen()).toMatchObject([[T.LOGIN_RESPONSE, { success: true }]])
  expect((await leaving.house.ports.presence.list()).size).toBe(0)
})
