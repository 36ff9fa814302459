import { expect, test } from 'vitest'
import { makeChangeAccount } from '../../../src/application/admin/change-account.ts'
import { makeSetPassword } from '../../../src/application/admin/set-password.ts'
import { isTokenField } from '../../../src/domain/token-account.ts'
import { createPasswordHasher } from '../../../src/infrastructure/passwords/password-hasher.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { bearerField } from '../../../src/infrastructure/tokens/marks.ts'
import { accountLines } from '../../../src/infrastructure/users-file/account-lines.ts'
import { endOfPlainLine } from '../../../src/infrastructure/users-file/table/plain-line.ts'
import { createBarrier } from '../../support/house/barrier.ts'
import { createHouse, type House, type HouseClient } from '../../support/house/house.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { AUDIENCE, issuerOf, SECRET, shopToken } from '../../support/tokens/issuers.ts'
import { ed25519Key, mint } from '../../support/tokens/mint.ts'
import { T } from '../../support/wire/wire.ts'

const STARTED_AT = 1_700_000_000_000
const mallory = ed25519Key()

/** A house where the tokens of `shop`, of `mallory` and, by a name that may change hands, of `named` count. */
function houseWithIssuers(options: Parameters<typeof createHouse>[0] = {}): House {
  const issuers = [
    issuerOf('shop', SECRET),
    issuerOf('mallory', mallory),
    issuerOf('named', SECRET, { usernameClaim: 'name' }),
    issuerOf('closed', SECRET, { createsAccounts: false }),
  ]
  return createHouse({ startedAtMs: STARTED_AT, ...options, issuers })
}

const shop = (changes: object) => shopToken(STARTED_AT, { ...changes })
const ofMallory = (sub: string) =>
  mint(mallory, { alg: 'EdDSA' }, { iss: 'mallory', aud: AUDIENCE, sub, exp: STARTED_AT / 1000 + 60 })

async function tries(client: HouseClient, payload: object): Promise<unknown> {
  await client.send(T.LOGIN_REQUEST, payload)
  const [answer] = client.take()
  if (answer?.payload['success'] === true) await client.send(T.LOGOUT_REQUEST, {})
  client.take()
  return answer?.payload['reason'] ?? answer?.payload['user_id']
}

test('TOKEN-11 TOKEN-15 the first token makes the account, later ones lead to it, and the log tells of it once', async () => {
  const spied = createSpyLog()
  const house = houseWithIssuers({ log: spied.log })
  const watcher = await house.logIn('watcher')
  const client = house.connect()
  const token = shop({})
  const id = await tries(client, { token })
  const account = await house.ports.users.findByName('alice')
  expect(account).toMatchObject({ id, username: 'alice', createdAt: STARTED_AT / 1000 })
  expect(await tries(client, { token: shop({ exp: STARTED_AT / 1000 + 9 }) })).toBe(id)
  await watcher.send(T.USER_LIST_REQUEST, {})
  expect(JSON.stringify(watcher.take(T.USER_LIST_RESPONSE))).toContain('"alice"')
  expect(spied.lines.filter(({ message }) => message === 'account')).toMatchObject([
    { security: 'account', user: id, username: 'alice', issuer: 'shop', action: 'made by a token' },
  ])
  expect(JSON.stringify(spied.lines)).not.toContain(token.split('.')[2])
})

test.each([
  ['is too long', 'a'.repeat(33)],
  ['has a sign that is not allowed', 'a|b'],
  ['would end its line', 'a\nb'],
  ['begins with a space', ' alice'],
  ['shows nothing', '\u3164'],
  ['is not in form NFC', 'e\u0301'],
])('TOKEN-11 a name that %s makes no account', async (_, sub) => {
  const house = houseWithIssuers()
  expect(await tries(house.connect(), { token: shop({ sub }) })).toBe('invalid_token')
  expect(await house.ports.users.count()).toBe(0)
})

test('TOKEN-11 TOKEN-4 AUTH-13 a name that reads like that of another account makes none, and says why', async () => {
  const house = houseWithIssuers()
  await house.logIn('Alice')
  expect(await tries(house.connect(), { token: shop({}) })).toBe('username_taken_lookalike')
  expect(await house.ports.users.count()).toBe(1)
})

test('TOKEN-11 an issuer that may make no accounts leads to none', async () => {
  const house = houseWithIssuers()
  expect(await tries(house.connect(), { token: shop({ iss: 'closed' }) })).toBe('invalid_token')
  expect(await house.ports.users.count()).toBe(0)
})

test('TOKEN-11 of first logins at the same moment one makes the account, and all are in it', async () => {
  const house = houseWithIssuers()
  const { users } = house.ports
  const barrier = createBarrier()
  const findByName = users.findByName.bind(users)
  let looks = 0
  users.findByName = async (name) => {
    const found = await findByName(name)
    looks += 1
    if (looks === 3) barrier.open()
    await barrier.wait()
    return found
  }
  const clients = [house.connect(), house.connect(), house.connect()]
  await Promise.all(clients.map((client) => client.send(T.LOGIN_REQUEST, { token: shop({}) })))
  const answers = clients.map((client) => client.take(T.LOGIN_RESPONSE)[0]?.payload)
  expect(new Set(answers.map((answer) => answer?.['user_id'])).size).toBe(1)
  expect(answers).toMatchObject([{ success: true }, { success: true }, { success: true }])
  expect(await users.count()).toBe(1)
})

test('TOKEN-4 an account that cannot be saved is not made', async () => {
  const house = houseWithIssuers()
  house.ports.users.insertIfAbsent = () => Promise.resolve({ ok: false, error: 'storage_unavailable' })
  const client = house.connect()
  await client.send(T.LOGIN_REQUEST, { token: shop({}) })
  expect(client.seen()).toMatchObject([[T.ERROR, { code: 503, reason: 'storage_unavailable' }]])
})

test('TOKEN-12 no token opens an account with a password, or one of another issuer, of the same name', async () => {
  const house = houseWithIssuers()
  await house.logIn('bob')
  const client = house.connect()
  expect(await tries(client, { token: shop({ sub: 'bob' }) })).toBe('invalid_token')
  const id = await tries(client, { token: shop({}) })
  expect(await tries(client, { token: ofMallory('alice') })).toBe('invalid_token')
  expect(await tries(client, { token: shop({ iss: 'named', name: 'alice' }) })).toBe('invalid_token')
  expect(await tries(client, { token: shop({}) })).toBe(id)
  expect(await house.ports.users.count()).toBe(2)
})

test('TOKEN-12 a name that the issuer has given to somebody else opens nothing', async () => {
  const house = houseWithIssuers()
  const client = house.connect()
  const named = (sub: string, name: string) => ({ token: shop({ iss: 'named', sub, name }) })
  const first = await tries(client, named('41', 'alice'))
  expect(await tries(client, named('42', 'alice'))).toBe('invalid_token')
  expect(await tries(client, named('41', 'alice'))).toBe(first)
})

test('TOKEN-12 an account with another name belongs to whom it belonged, and to nobody who has that name', async () => {
  const house = houseWithIssuers()
  const client = house.connect()
  const first = await tries(client, { token: shop({}) })
  await makeChangeAccount(house.ports)('alice', { kind: 'rename', to: 'alicia' })
  expect(await tries(client, { token: shop({ sub: 'alicia' }) })).toBe('invalid_token')
  const second = await tries(client, { token: shop({}) })
  expect(second).not.toBe(first)
  await makeChangeAccount(house.ports)('alice', { kind: 'disable' })
  expect(await tries(client, { token: shop({}) })).toBe('account_disabled')
})

test('TOKEN-12 an account that an administrator has given a password is no longer the issuer’s', async () => {
  const house = houseWithIssuers()
  const client = house.connect()
  const id = await tries(client, { token: shop({}) })
  await makeSetPassword(house.ports)('alice', 'pw')
  expect(await tries(client, { token: shop({}) })).toBe('invalid_token')
  expect(await tries(client, { username: 'alice', password_hash: 'pw' })).toBe(id)
})

test('TOKEN-13 no password opens an account without one, nor changes or deletes it', async () => {
  const hasher = createPasswordHasher({ cost: 4, threads: 1, maxPending: 10, clock: systemClock })
  const house = houseWithIssuers({ hasher })
  const { users } = house.ports
  try {
    const client = house.connect()
    await client.hello(['account'])
    client.take()
    await client.send(T.LOGIN_REQUEST, { token: shop({}) })
    client.take()
    const { passwordHash = '' } = (await users.findByName('alice')) ?? {}
    const guesses = ['', 'alice', passwordHash, passwordHash.slice(29), 'z', '\u0000'].filter(
      (guess) => guess !== '',
    )
    const answers = []
    for (const password_hash of guesses) {
      await client.send(T.CHANGE_PASSWORD, { password_hash, new_password_hash: 'new' })
      await client.send(T.DELETE_ACCOUNT, { password_hash })
      await client.send(T.LOGIN_REQUEST, { username: 'alice', password_hash })
      answers.push(...client.take().map(({ payload }) => payload['reason']))
    }
    expect(answers).toEqual(answers.map(() => 'invalid_credentials'))
    expect(answers).toHaveLength(15)
    expect(await users.findByName('alice')).toMatchObject({ passwordHash })
  } finally {
    await hasher.close()
  }
})

test('TOKEN-13 what stands in place of the hash differs by issuer and by sub, and every reader takes it for bcrypt', () => {
  const fields = [
    bearerField('shop', 'alice'),
    bearerField('shop', 'bob'),
    bearerField('mallory', 'alice'),
    bearerField('shopalice', ''),
    bearerField('', 'shopalice'),
  ]
  expect(new Set(fields).size).toBe(fields.length)
  for (const field of fields) {
    // The rule of readers of the file, also of those that know nothing of tokens.
    expect(field).toMatch(/^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/)
    expect(isTokenField(field)).toBe(true)
    const line = `id|alice|${field}|1763632800`
    expect(accountLines.parse(line)).toMatchObject({ ok: true, value: { passwordHash: field } })
    expect(endOfPlainLine(Buffer.from(`${line}\n`), 0)).toBe(line.length + 1)
  }
  // 184 bits in 31 characters: the last one has four of them, and two that are zero.
  const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  const ends = new Set(Array.from(alphabet).filter((_, value) => value % 4 === 0))
  expect(ends.size).toBe(16)
  expect(ends.has('z')).toBe(false)
})
