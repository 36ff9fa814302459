import { expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'

const load = (text: string, env: NodeJS.ProcessEnv = {}) =>
  loadConfig({ path: undefined, env: { ...env, CONFIG: text }, cwd: '/nowhere' }).config.tokens

function faultsIn(text: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    load(text, env)
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

const withIssuers = (...issuers: unknown[]) => JSON.stringify({ tokens: { issuers } })
const shop = { issuer: 'shop', audience: 'roomrtc' }
const secret = 's'.repeat(32)
const entry = 'tokens.issuers[0]'

test('CONF-30 each of the three kinds of key is taken, with the defaults of the rest', () => {
  const rest = { username_claim: 'sub', create_accounts: true }
  const tokens = load(
    withIssuers(
      { ...shop, jwks_url: 'https://id.example.org/keys' },
      { issuer: 'b', audience: 'x', public_key_path: 'b.pem', username_claim: 'name' },
      { issuer: 'c', audience: 'x', secret, create_accounts: false },
    ),
  )
  expect(tokens).toEqual({
    ttl_secs: 3600,
    key_path: '',
    issuers: [
      { ...shop, ...rest, key: { kind: 'jwks', url: 'https://id.example.org/keys' } },
      { issuer: 'b', audience: 'x', ...rest, username_claim: 'name', key: { kind: 'pem', path: 'b.pem' } },
      { issuer: 'c', audience: 'x', ...rest, create_accounts: false, key: { kind: 'secret', secret } },
    ],
  })
})

test.each([
  [{ ...shop }, [`${entry}: found an object; there is no key; set jwks_url, public_key_path or secret`]],
  [
    { ...shop, secret, public_key_path: 'x.pem' },
    [`${entry}: found an object; more than one key is given; keep one of`],
  ],
  [
    { audience: 'x', secret },
    [`${entry}.issuer: missing; allowed: non-empty string other than roomrtc-server`],
  ],
  [{ issuer: 'x', secret }, [`${entry}.audience: missing; allowed: non-empty string`]],
  [
    { ...shop, issuer: 'roomrtc-server', secret },
    [`${entry}.issuer: found "roomrtc-server" (string); allowed: `],
  ],
  [{ ...shop, issuer: '', secret }, [`${entry}.issuer: found "" (string); allowed: non-empty string`]],
  [{ ...shop, audience: '', secret }, [`${entry}.audience: found "" (string)`]],
  [{ ...shop, secret, username_claim: '' }, [`${entry}.username_claim: found "" (string)`]],
  [{ ...shop, secret, create_accounts: 'yes' }, [`${entry}.create_accounts: found "yes" (string)`]],
  [
    { ...shop, secrte: secret },
    [`${entry}: found an object; there is no key`, `${entry}.secrte: unknown key; did you`],
  ],
])('CONF-30 CONF-6 an issuer of tokens has what it needs, and one key: %#', (issuer, expected) => {
  expect(faultsIn(withIssuers(issuer))).toEqual(
    expected.map((part): unknown => expect.stringContaining(part)),
  )
})

test('CONF-30 two entries of one issuer are a fault, whatever else is wrong with them', () => {
  expect(faultsIn(withIssuers({ ...shop, secret }, { ...shop, secret: 'short' }))).toEqual([
    expect.stringContaining('tokens.issuers: found an array; two entries have the issuer "shop"; keep one'),
    expect.stringContaining('tokens.issuers[1].secret: found a string, not shown because it is a secret'),
  ])
})

test.each([
  'http://id.example.org/keys',
  'http://127.0.0.1.example.org/keys',
  'http://localhost.example.org/',
  'http://128.0.0.1/',
  'http://[::2]/',
  'http://0.0.0.0/',
  'ftp://127.0.0.1/keys',
  'file:///etc/keys',
  'https://user:password@id.example.org/keys',
  'https://id.example.org/keys#fragment',
  'id.example.org/keys',
  'https://',
  '',
])('CONF-31 keys do not come from %j', (jwks_url) => {
  const faults = faultsIn(withIssuers({ ...shop, jwks_url }))
  expect(faults).toEqual([
    expect.stringMatching(/jwks_url: found .*; allowed: https URL, or http URL of a loopback/),
  ])
  expect(faults[0]).not.toContain('password@')
})

test.each([
  'http://localhost:9000/keys',
  'http://127.0.0.1/keys',
  'http://127.8.0.1:1/',
  'http://[::1]:8080/keys',
])('CONF-31 plain http is for loopback: %s', (jwks_url) => {
  expect(faultsIn(withIssuers({ ...shop, jwks_url }))).toEqual([])
})

test('CONF-31 CONF-13 a secret of 31 bytes is too short, bytes count and not characters, and it is never printed', () => {
  const short = 'tooshort'.repeat(4).slice(1)
  const [fault = ''] = faultsIn(withIssuers({ ...shop, secret: short }))
  expect(fault).toContain(
    'secret: found a string, not shown because it is a secret; allowed: string of at least 32 bytes',
  )
  expect(fault).not.toContain('tooshort')
  expect(faultsIn(withIssuers({ ...shop, secret: 'é'.repeat(16) }))).toEqual([])
})

test('CONF-31 CONF-12 a secret may come from the environment, for entries that have no key', () => {
  const env = { ROOMRTC_TOKEN_SECRET: secret }
  const { issuers } = load(
    withIssuers(
      shop,
      { ...shop, issuer: 'b', secret: '' },
      { ...shop, issuer: 'c', public_key_path: 'c.pem' },
    ),
    env,
  )
  expect(issuers.map(({ key }) => key)).toEqual([
    { kind: 'secret', secret },
    { kind: 'secret', secret },
    { kind: 'pem', path: 'c.pem' },
  ])
  expect(faultsIn(withIssuers(shop), { ROOMRTC_TOKEN_SECRET: 'short' })).toEqual([
    expect.stringContaining('tokens.issuers[0].secret: missing; allowed: string of at least 32 bytes'),
  ])
  expect(load('{"tokens": {"key_path": null, "issuers": null}}', env)).toEqual({
    ttl_secs: 3600,
    key_path: '',
    issuers: [],
  })
})

test('CONF-6 all faults of the section are told at once', () => {
  const text = JSON.stringify({
    tokens: {
      ttl_secs: 0,
      key_path: 7,
      issuers: ['shop', { ...shop, jwks_url: 'http://a.example/' }, { ...shop, secret: 'x' }],
    },
  })
  expect(faultsIn(text)).toHaveLength(6)
})
