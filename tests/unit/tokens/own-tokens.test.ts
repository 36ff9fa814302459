import { decodeJwt, decodeProtectedHeader, createLocalJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import type { Account } from '../../../src/domain/user.ts'
import { parseUserId } from '../../../src/domain/ids.ts'
import { createAccessTokens } from '../../../src/infrastructure/tokens/access-tokens.ts'
import { ownKeys } from '../../../src/infrastructure/tokens/keys/key-store.ts'
import { KeyRing } from '../../../src/infrastructure/tokens/keys/key-ring.ts'
import {
  formatStoredKeys,
  makeStoredKeys,
  parseStoredKeys,
  type StoredKeys,
} from '../../../src/infrastructure/tokens/keys/stored-keys.ts'
import { silentLog } from '../../support/house/house.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { ed25519Key, mint } from '../../support/tokens/mint.ts'

const NOW_MS = 1_700_000_000_000
const NOW = NOW_MS / 1000

const id = parseUserId('id-of-alice')
if (id === undefined) throw new Error('this is an id')
const alice: Account = { id, username: 'alice', passwordHash: '$2b$10$hash', createdAt: 1 }

/** Tokens whose keys are kept in `kept`, as a file would. */
async function rig({
  ttlSecs = 100,
  kept = { keys: makeStoredKeys() },
  time = createHouseTime(NOW_MS),
  log = silentLog,
} = {}) {
  const store = ownKeys(kept.keys, (keys) => {
    kept.keys = keysAsRead(keys)
    return Promise.resolve()
  })
  const ring = new KeyRing({ store, ttlSecs, clock: time.clock })
  await ring.begin()
  const tokens = createAccessTokens(ring, { ttlSecs, issuers: [], clock: time.clock, log })
  return { tokens, time, kept, restart: (ttl = ttlSecs) => rig({ ttlSecs: ttl, kept, time }) }
}

/** As a file would give them back. */
function keysAsRead(keys: StoredKeys): StoredKeys {
  const read = parseStoredKeys(formatStoredKeys(keys))
  if (!read.ok) throw new Error(read.error)
  return read.value
}

const invalid = { ok: false, error: 'invalid_token' }
const good = { ok: true, value: { kind: 'account', id: 'id-of-alice' } }

test('TOKEN-6 a token has what the document says, and anybody can check it with the public keys', async () => {
  const { tokens } = await rig()
  const { token, expiresInSecs } = await tokens.issue(alice)
  expect(expiresInSecs).toBe(100)
  const { keys } = tokens.publicKeys()
  const mark: unknown = expect.stringMatching(/^[\w-]{22}$/)
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: keys[0]?.kid })
  expect(decodeJwt(token)).toEqual({
    iss: 'roomrtc-server',
    sub: 'id-of-alice',
    iat: NOW,
    exp: NOW + 100,
    mark,
  })
  expect(JSON.stringify(keys)).not.toContain('"d"')
  const set = createLocalJWKSet({ keys: keys.map((key) => ({ ...key })) })
  expect((await jwtVerify(token, set, { currentDate: new Date(NOW_MS) })).payload.sub).toBe('id-of-alice')
  expect(await tokens.verify(token)).toMatchObject(good)
})

test('TOKEN-6 a token ends, by the wall clock, with 5 s for clocks that differ', async () => {
  const { tokens, time } = await rig()
  const { token } = await tokens.issue(alice)
  time.setClock(104_000)
  expect(await tokens.verify(token)).toMatchObject(good)
  time.setClock(1000)
  expect(await tokens.verify(token)).toEqual({ ok: false, error: 'expired_token' })
})

test('TOKEN-6 TOKEN-10 nobody else can sign as this server', async () => {
  const { tokens } = await rig()
  const { token } = await tokens.issue(alice)
  const { kid = '' } = decodeProtectedHeader(token)
  const claims = decodeJwt(token)
  const x = tokens.publicKeys().keys[0]?.x ?? ''
  for (const [key, header] of [
    [ed25519Key(), { alg: 'EdDSA', kid }],
    [ed25519Key(), { alg: 'EdDSA', kid: 'unknown' }],
    [ed25519Key(), { alg: 'EdDSA' }],
    [x, { alg: 'HS256', kid }],
    [Buffer.from(x, 'base64url').toString('latin1'), { alg: 'HS256', kid }],
  ] as const)
    expect(await tokens.verify(mint(key, header, claims))).toEqual(invalid)
  const [head, , signature] = token.split('.')
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'id-of-bob' })).toString('base64url')
  expect(await tokens.verify(`${head}.${forged}.${signature}`)).toEqual(invalid)
})

test('TOKEN-7 a token holds for the account as it was, and for no other state of it', async () => {
  const { tokens } = await rig()
  const verified = await tokens.verify((await tokens.issue(alice)).token)
  if (!verified.ok || verified.value.kind !== 'account') throw new Error('it is good')
  const { stillHolds } = verified.value
  expect(stillHolds(alice)).toBe(true)
  expect(stillHolds({ ...alice, disabled: true, createdAt: 2 })).toBe(true)
  expect(stillHolds({ ...alice, passwordHash: '$2b$10$other' })).toBe(false)
  expect(stillHolds({ ...alice, username: 'alicia' })).toBe(false)
})

test('TOKEN-7 the mark says nothing of the password to those who have no secret of the server', async () => {
  const [one, other] = [await rig(), await rig()]
  const marks = await Promise.all(
    [one, other].map(async ({ tokens }) => decodeJwt((await tokens.issue(alice)).token)['mark']),
  )
  expect(new Set(marks).size).toBe(2)
})

test('TOKEN-8 after several rotations and restarts each token is valid until it ends, and not its key for longer', async () => {
  const { time, ...begun } = await rig()
  let { tokens, restart } = begun
  const made: string[] = []
  for (let turn = 0; turn < 4; turn += 1) {
    made.push((await tokens.issue(alice)).token)
    expect(await tokens.rotate(false)).toMatchObject({ ok: true, value: { earlierKeys: turn + 1 } })
    time.setClock(10_000)
    ;({ tokens, restart } = await restart())
  }
  for (const token of made) expect(await tokens.verify(token)).toMatchObject(good)
  const kids = tokens.publicKeys().keys.map(({ kid }) => kid)
  expect(new Set(kids).size).toBe(5)
  expect(made.map((token) => decodeProtectedHeader(token).kid).every((kid) => kids.includes(kid ?? ''))).toBe(
    true,
  )
  // 170 s after the first rotation: the longest life, and the minute that writing the file may take.
  time.setClock(130_000)
  expect(tokens.publicKeys().keys).toHaveLength(4)
  time.setClock(60_000)
  expect(tokens.publicKeys().keys).toHaveLength(1)
  for (const token of made) expect((await tokens.verify(token)).ok).toBe(false)
})

test('TOKEN-8 a shorter life from now on ends no token that was made before', async () => {
  const first = await rig({ ttlSecs: 1000 })
  const { token } = await first.tokens.issue(alice)
  const second = await first.restart(10)
  await second.tokens.rotate(false)
  first.time.setClock(900_000)
  expect(await (await second.restart(10)).tokens.verify(token)).toMatchObject(good)
})

test('TOKEN-8 rotations at the same time come one after another, and none is lost', async () => {
  const { tokens } = await rig()
  const { token } = await tokens.issue(alice)
  const rotated = await Promise.all([tokens.rotate(false), tokens.rotate(false), tokens.rotate(false)])
  expect(rotated.map((result) => result.ok && result.value.earlierKeys)).toEqual([1, 2, 3])
  expect(await tokens.verify(token)).toMatchObject(good)
})

test('TOKEN-8 with forget, earlier tokens are invalid at once', async () => {
  const { tokens, restart } = await rig()
  const { token } = await tokens.issue(alice)
  await tokens.rotate(false)
  await tokens.rotate(true)
  expect(await tokens.verify(token)).toEqual(invalid)
  expect(tokens.publicKeys().keys).toHaveLength(1)
  expect(await (await restart()).tokens.verify(token)).toEqual(invalid)
})

test('ADMIN-31 TOKEN-8 at most 100 earlier keys are kept, and time makes room', async () => {
  const { tokens, time } = await rig()
  for (let turn = 0; turn < 100; turn += 1) expect((await tokens.rotate(false)).ok).toBe(true)
  expect(await tokens.rotate(false)).toEqual({ ok: false, error: 'too_many_keys' })
  time.setClock(165_000)
  expect((await tokens.rotate(false)).ok).toBe(true)
})

test('ADMIN-31 TOKEN-9 if the new key cannot be written, the old one goes on', async () => {
  const spied = createSpyLog()
  const { clock } = createHouseTime(NOW_MS)
  const full = () => Promise.reject(new Error('ENOSPC'))
  const ring = new KeyRing({ store: ownKeys(makeStoredKeys(), full), ttlSecs: 0, clock })
  const tokens = createAccessTokens(ring, { ttlSecs: 100, issuers: [], clock, log: spied.log })
  const { token } = await tokens.issue(alice)
  const before = tokens.publicKeys()
  expect(await tokens.rotate(false)).toEqual({ ok: false, error: 'storage_unavailable' })
  expect(tokens.publicKeys()).toEqual(before)
  expect(await tokens.verify(token)).toMatchObject(good)
  const message: unknown = expect.stringContaining('could not be written')
  expect(spied.lines).toMatchObject([{ message }])
})

test('TOKEN-15 the log says why a token was refused, and nothing of the token', async () => {
  const spied = createSpyLog()
  const { tokens, time } = await rig({ log: spied.log })
  const { token } = await tokens.issue(alice)
  await tokens.verify(`${token}x`)
  time.setClock(1_000_000)
  await tokens.verify(token)
  expect(spied.lines).toMatchObject([
    { message: 'token refused', reason: 'invalid_token', cause: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' },
    { message: 'token refused', reason: 'expired_token', cause: 'ERR_JWT_EXPIRED' },
  ])
  const text = JSON.stringify(spied.lines)
  for (const part of token.split('.')) expect(text).not.toContain(part)
})
