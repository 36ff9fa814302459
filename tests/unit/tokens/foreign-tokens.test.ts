import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pemKey } from '../../../src/infrastructure/tokens/issuers/issuer-key.ts'
import { generateKeyPairSync } from 'node:crypto'
import { silentLog } from '../../support/house/house.ts'
import { createHouseTime } from '../../support/house/time.ts'
import { createHouseTokens } from '../../support/house/tokens.ts'
import { AUDIENCE, issuerOf, SECRET, shopToken } from '../../support/tokens/issuers.ts'
import { ecKey, ed25519Key, mint, publicJwk, publicPem, rsaKey } from '../../support/tokens/mint.ts'

const NOW_MS = 1_700_000_000_000
const NOW = NOW_MS / 1000
const { clock } = createHouseTime(NOW_MS)

const ed = ed25519Key()
const ec = ecKey()
const p384 = ecKey('P-384')
const p521 = ecKey('P-521')
const rsa = rsaKey()

const tokens = createHouseTokens({ clock, log: silentLog }, [
  issuerOf('shop', SECRET),
  issuerOf('ed', ed),
  issuerOf('ec', ec),
  issuerOf('p384', p384),
  issuerOf('p521', p521),
  issuerOf('rsa', rsa),
  issuerOf('named', SECRET, { usernameClaim: 'name' }),
])

const claims = { iss: 'shop', aud: AUDIENCE, sub: 'alice', exp: NOW + 60 }
const invalid = { ok: false, error: 'invalid_token' }
const good = { ok: true, value: { kind: 'name', username: 'alice' } }

test.each([
  ['shop', SECRET, ['HS256', 'HS384', 'HS512']],
  ['ed', ed, ['EdDSA', 'Ed25519']],
  ['ec', ec, ['ES256']],
  ['p384', p384, ['ES384']],
  ['p521', p521, ['ES512']],
  ['rsa', rsa, ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
] as const)('TOKEN-10 the key of %s goes with its own algorithms', async (iss, key, algorithms) => {
  for (const alg of algorithms)
    expect(await tokens.verify(mint(key, { alg }, { ...claims, iss }))).toMatchObject(good)
})

test('TOKEN-10 a token without a signature is refused', async () => {
  const [head, body] = mint(SECRET, { alg: 'none' }, claims).split('.')
  expect(await tokens.verify(`${head}.${body}.`)).toEqual(invalid)
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'HS1', 'A128KW', null, 7, ['HS256'], undefined])
    expect(await tokens.verify(mint(SECRET, { alg }, claims)), String(alg)).toEqual(invalid)
  const [, , signature] = shopToken(NOW_MS).split('.')
  expect(await tokens.verify(`${head}.${body}.${signature}`)).toEqual(invalid)
})

test.each([
  ['rsa', rsa, ['HS256', 'HS384', 'HS512']],
  ['ec', ec, ['HS256']],
  ['ed', ed, ['HS256', 'HS512']],
] as const)('TOKEN-10 the public key of %s is no secret of an HMAC', async (iss, key, algorithms) => {
  const pem = publicPem(key)
  const der = Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64').toString('latin1')
  for (const alg of algorithms)
    for (const secret of [pem, pem.trimEnd(), der])
      expect(await tokens.verify(mint(secret, { alg }, { ...claims, iss }))).toEqual(invalid)
})

test('TOKEN-10 an issuer with a secret takes no signature by a key, nor one of another algorithm than its key', async () => {
  for (const [key, alg] of [
    [rsa, 'RS256'],
    [ec, 'ES256'],
    [ed, 'EdDSA'],
  ] as const)
    expect(await tokens.verify(mint(key, { alg }, claims))).toEqual(invalid)
  expect(await tokens.verify(mint(p384, { alg: 'ES384' }, { ...claims, iss: 'ec' }))).toEqual(invalid)
  expect(await tokens.verify(mint(ec, { alg: 'ES384' }, { ...claims, iss: 'ec' }))).toEqual(invalid)
  expect(await tokens.verify(mint(rsa, { alg: 'EdDSA' }, { ...claims, iss: 'rsa' }))).toEqual(invalid)
})

test('TOKEN-10 the key of one issuer does not count for another', async () => {
  expect(await tokens.verify(mint(ed25519Key(), { alg: 'EdDSA' }, { ...claims, iss: 'ed' }))).toEqual(invalid)
  expect(await tokens.verify(mint('another secret of many many bytes', { alg: 'HS256' }, claims))).toEqual(
    invalid,
  )
  expect(await tokens.verify(shopToken(NOW_MS, { iss: 'ed' }))).toEqual(invalid)
})

test.each([
  ['of another audience', { aud: 'somebody else' }],
  ['without audience', { aud: undefined }],
  ['of another audience in a list', { aud: ['a', 'b'] }],
  ['of an audience that is no text', { aud: { roomrtc: true } }],
  ['of nobody', { iss: undefined }],
  ['of an unknown issuer', { iss: 'SHOP' }],
  ['of two issuers', { iss: ['shop'] }],
  ['that says it is ours', { iss: 'roomrtc-server' }],
  ['that never ends', { exp: undefined }],
  ['whose end is text', { exp: String(NOW + 60) }],
  ['whose end is null', { exp: null }],
  ['that is not valid yet', { nbf: NOW + 6 }],
  ['whose beginning is text', { nbf: 'now' }],
  ['that was made in the future', { iat: NOW + 6 }],
  ['that was made in a far future', { iat: 1e300 }],
  ['that was made at no time', { iat: '1' }],
  ['about nobody', { sub: undefined }],
  ['about an empty name', { sub: '' }],
  ['about a number', { sub: 7 }],
  ['about a list', { sub: ['alice'] }],
])('TOKEN-10 a token %s is refused', async (_, changes) => {
  expect(await tokens.verify(shopToken(NOW_MS))).toMatchObject(good)
  expect(await tokens.verify(shopToken(NOW_MS, changes))).toEqual(invalid)
})

test('TOKEN-4 TOKEN-10 an expired token is told apart only where nothing else is wrong with it', async () => {
  expect(await tokens.verify(shopToken(NOW_MS, { exp: NOW - 4 }))).toMatchObject(good)
  const expired = { ok: false, error: 'expired_token' }
  expect(await tokens.verify(shopToken(NOW_MS, { exp: NOW - 5 }))).toEqual(expired)
  expect(await tokens.verify(shopToken(NOW_MS, { exp: NOW - 5, aud: 'other' }))).toEqual(invalid)
  expect(await tokens.verify(shopToken(NOW_MS, { exp: NOW - 5 }, { key: 'x'.repeat(32) }))).toEqual(invalid)
})

test('TOKEN-10 clocks may differ by 5 s, and one of several audiences is enough', async () => {
  expect(
    await tokens.verify(shopToken(NOW_MS, { nbf: NOW + 5, iat: NOW + 5, aud: ['x', AUDIENCE] })),
  ).toMatchObject(good)
})

test.each([
  ['a key', { jwk: publicJwk(ed, 'k') }],
  ['the address of keys', { jku: 'https://evil.example/keys' }],
  ['the address of a certificate', { x5u: 'https://evil.example/cert' }],
  ['a certificate', { x5c: ['MIIB'] }],
  ['a demand that nobody knows', { crit: ['exp'], exp: NOW }],
  ['a demand about its payload', { crit: ['b64'], b64: true }],
  ['a payload of another form', { crit: ['b64'], b64: false }],
  ['compression', { zip: 'DEF' }],
  ['a key id of 257 characters', { kid: 'k'.repeat(257) }],
  ['a key id that is a number', { kid: 1 }],
  ['the type of a logout token', { typ: 'logout+jwt' }],
  ['a type that is none', { typ: ['JWT'] }],
])('TOKEN-10 a header with %s is refused', async (_, header) => {
  expect(await tokens.verify(shopToken(NOW_MS, {}, { header }))).toEqual(invalid)
  expect(await tokens.verify(mint(ed, { alg: 'EdDSA', ...header }, { ...claims, iss: 'ed' }))).toEqual(
    invalid,
  )
})

test('TOKEN-10 the types of identity and access tokens count, in any letter case', async () => {
  for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+JWT', undefined])
    expect(await tokens.verify(shopToken(NOW_MS, {}, { header: { typ } }))).toMatchObject(good)
})

test('TOKEN-1 a token of more than 8192 characters is not looked into', async () => {
  const padded = (length: number) => shopToken(NOW_MS, { pad: 'x'.repeat(length) })
  expect(padded(5920).length).toBeLessThanOrEqual(8192)
  expect(await tokens.verify(padded(5920))).toMatchObject(good)
  expect(padded(6100).length).toBeGreaterThan(8192)
  expect(await tokens.verify(padded(6100))).toEqual(invalid)
})

test.each([
  '',
  '.',
  '..',
  'a.b.c',
  'e30.e30.e30',
  'bnVsbA.bnVsbA.AA',
  ' ',
  'eyJhbGciOiJIUzI1NiJ9.e30.AA.AA.AA',
])('TOKEN-10 what is no JWT is refused: %j', async (text) => {
  expect(await tokens.verify(text)).toEqual(invalid)
})

test('TOKEN-10 claims that are no object are refused', async () => {
  for (const text of ['', 'W'.repeat(4000)])
    expect(await tokens.verify(`${text}.${text}.AA`)).toEqual(invalid)
  for (const body of ['null', '[]', '"x"', '7', '{', '\u00ff'])
    expect(await tokens.verify(mint(SECRET, { alg: 'HS256' }, body))).toEqual(invalid)
})

test('TOKEN-10 a good token of which one character is another is refused', async () => {
  const token = shopToken(NOW_MS)
  const [head, body, signature = ''] = token.split('.')
  await fc.assert(
    fc.asyncProperty(
      fc.nat(token.length - 1),
      fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.'),
      async (at, character) => {
        const changed = `${token.slice(0, at)}${character}${token.slice(at + 1)}`
        // Of the last character of a signature some bits mean nothing.
        const [otherHead, otherBody, otherSignature = ''] = changed.split('.')
        const isSame =
          otherHead === head &&
          otherBody === body &&
          Buffer.from(otherSignature, 'base64url').equals(Buffer.from(signature, 'base64url'))
        expect((await tokens.verify(changed)).ok).toBe(isSame)
      },
    ),
    { numRuns: 300 },
  )
})

test('TOKEN-10 the username comes from the claim that is configured, and sub must be there all the same', async () => {
  const named = (changes: object) => shopToken(NOW_MS, { iss: 'named', sub: '42', name: 'alice', ...changes })
  expect(await tokens.verify(named({}))).toMatchObject(good)
  expect(await tokens.verify(named({ sub: undefined }))).toEqual(invalid)
  expect(await tokens.verify(named({ name: undefined }))).toEqual(invalid)
  expect(await tokens.verify(named({ name: ['alice'] }))).toEqual(invalid)
})

test.each([
  ['a private key', ed.export({ type: 'pkcs8', format: 'pem' }).toString(), 'holds a private key'],
  ['rubbish', 'rubbish', 'holds no public key'],
  ['nothing', '', 'holds no public key'],
  [
    'an RSA key of 1024 bits',
    publicPem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
    'at least 2048',
  ],
  ['a key for key agreement', publicPem(generateKeyPairSync('x25519').privateKey), 'must hold a key for'],
  ['a key of another curve', publicPem(ecKey('secp256k1')), 'must hold a key for'],
])('CONF-32 TOKEN-10 %s is no key of an issuer', (_, pem, fault) => {
  const error: unknown = expect.stringContaining(fault)
  expect(pemKey(pem)).toMatchObject({ ok: false, error })
})
