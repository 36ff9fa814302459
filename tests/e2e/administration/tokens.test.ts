import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { ctl } from '../../support/programs/control.ts'
import { runProgram } from '../../support/programs/run-program.ts'
import { logged, spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { AUDIENCE, SECRET, shopToken } from '../../support/tokens/issuers.ts'
import { ecKey, ed25519Key, publicPem } from '../../support/tokens/mint.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const { afterwards, connect } = visits()
const security = { bcrypt_cost: 4 }

async function folder(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  afterwards(() => rm(cwd, { recursive: true }))
  return cwd
}

async function start(cwd: string, config: Readonly<Record<string, object>> = {}): Promise<SpawnedDaemon> {
  const daemon = await spawnDaemon({ cwd, config: { security, ...config } })
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

async function tries(daemon: SpawnedDaemon, token: string): Promise<unknown> {
  const client = await connect(daemon)
  client.send(T.LOGIN_REQUEST, { token })
  const { payload } = await client.next(T.LOGIN_RESPONSE)
  await client.close()
  return payload['reason'] ?? payload['username']
}

async function issue(daemon: SpawnedDaemon, username: string): Promise<string> {
  const { code, out } = await ctl(daemon, ['tokens', 'issue', username])
  expect(code).toBe(0)
  return out.trimEnd()
}

test('ADMIN-30 ADMIN-31 ADMIN-32 TOKEN-8 TOKEN-9 a token logs in, after rotations and restarts too', async () => {
  const cwd = await folder()
  let daemon = await start(cwd)
  await logIn(await connect(daemon), 'alice')
  const first = await issue(daemon, 'alice')
  expect(await tries(daemon, first)).toBe('alice')
  expect((await stat(join(cwd, 'token-keys.json'))).mode & 0o777).toBe(0o600)

  const { kid } = decodeProtectedHeader(first)
  const rotated = JSON.parse((await ctl(daemon, ['tokens', 'rotate', '--json'])).out)
  expect(rotated).toMatchObject({ earlier_keys: 1 })
  await daemon.stop('SIGINT')
  daemon = await start(cwd)
  const second = await issue(daemon, 'alice')
  expect(await tries(daemon, first)).toBe('alice')
  expect(await tries(daemon, second)).toBe('alice')
  const keys = JSON.parse((await ctl(daemon, ['tokens', 'keys'])).out)
  expect(keys).toMatchObject({ keys: [{ kid: decodeProtectedHeader(second).kid }, { kid }] })

  expect((await ctl(daemon, ['tokens', 'rotate', '--forget'])).out).toMatch(
    /^the new key is [\w-]{43}, earlier keys: 0\n$/,
  )
  expect(await tries(daemon, first)).toBe('invalid_token')
  await daemon.stop('SIGKILL')
  daemon = await start(cwd)
  expect(await tries(daemon, second)).toBe('invalid_token')
  expect(await tries(daemon, await issue(daemon, 'alice'))).toBe('alice')
})

test('ADMIN-30 TOKEN-15 a refused issue says why, and the log has who, never a token', async () => {
  const daemon = await start(await folder())
  await logIn(await connect(daemon), 'alice')
  const token = await issue(daemon, 'alice')
  expect(decodeJwt(token).exp).toBe((decodeJwt(token).iat ?? 0) + 3600)
  expect((await ctl(daemon, ['tokens', 'issue', 'nobody'])).code).toBe(1)
  await ctl(daemon, ['users', 'disable', 'alice'])
  const { code, err } = await ctl(daemon, ['tokens', 'issue', 'alice', '--json'])
  expect({ code, error: JSON.parse(err) }).toMatchObject({
    code: 1,
    error: { error: { reason: 'account_disabled' } },
  })
  expect(await tries(daemon, token)).toBe('account_disabled')
  const events = logged(daemon, 'administration').filter(({ action }) => action === 'tokens issue')
  expect(events.map(({ username, outcome }) => [username, outcome])).toEqual([
    ['alice', 'done'],
    ['nobody', 'user_not_found'],
    ['alice', 'account_disabled'],
  ])
  const text = JSON.stringify(daemon.lines)
  for (const part of token.split('.').slice(1)) expect(text).not.toContain(part)
})

test('TOKEN-11 TOKEN-13 ADMIN-13 an account that a token has made is in users.txt, and is there after a restart', async () => {
  const cwd = await folder()
  const tokens = { issuers: [{ issuer: 'shop', audience: AUDIENCE, secret: SECRET }] }
  const daemon = await start(cwd, { tokens })
  const token = shopToken(Date.now())
  expect(await tries(daemon, token)).toBe('alice')
  expect((await ctl(daemon, ['users', 'show', 'alice'])).out).toMatch(/^password +none$/m)
  await daemon.stop('SIGKILL')
  expect(await readFile(join(cwd, 'users.txt'), 'utf8')).toMatch(
    /^[^|\n]+\|alice\|\$2b\$04\$\.token\.[./A-Za-z0-9]{45}z\|\d+$/m,
  )
  const again = await start(cwd, { tokens })
  expect(await tries(again, token)).toBe('alice')
  expect(JSON.stringify([daemon.lines, again.lines])).not.toContain(SECRET)
})

test('TOKEN-9 a key as openssl writes it signs; the first rotation puts the own form in its place', async () => {
  const cwd = await folder()
  const path = join(cwd, 'signing.pem')
  const pem = ed25519Key().export({ type: 'pkcs8', format: 'pem' }).toString()
  await writeFile(path, pem, { mode: 0o600 })
  const tokens = { key_path: 'signing.pem' }
  let daemon = await start(cwd, { tokens })
  await logIn(await connect(daemon), 'alice')
  const token = await issue(daemon, 'alice')
  await daemon.stop('SIGKILL')
  expect(await readFile(path, 'utf8')).toBe(pem)
  await expect(stat(join(cwd, 'token-keys.json'))).rejects.toThrow('ENOENT')
  daemon = await start(cwd, { tokens })
  expect(await tries(daemon, token)).toBe('alice')
  await ctl(daemon, ['tokens', 'rotate'])
  expect(await tries(daemon, token)).toBe('alice')
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ version: 1 })
  await daemon.stop('SIGKILL')
  daemon = await start(cwd, { tokens })
  expect(await tries(daemon, token)).toBe('alice')
})

test('TOKEN-9 CONF-32 every key that cannot be used is told at once, at the start and by --check', async () => {
  const cwd = await folder()
  await writeFile(join(cwd, 'token-keys.json'), '{}')
  await chmod(join(cwd, 'token-keys.json'), 0o644)
  await writeFile(join(cwd, 'users.txt'), 'rubbish|\n')
  await writeFile(join(cwd, 'private.pem'), ecKey().export({ type: 'pkcs8', format: 'pem' }))
  await writeFile(join(cwd, 'good.pem'), publicPem(ecKey()))
  const entry = (issuer: string, public_key_path: string) => ({ issuer, audience: AUDIENCE, public_key_path })
  const config = JSON.stringify({
    server: { port: 0, enable_tls: true, cert_path: 'no.pem', key_path: 'no.pem' },
    tokens: {
      issuers: [
        entry('a', 'missing.pem'),
        entry('b', 'private.pem'),
        entry('c', 'good.pem'),
        entry('d', '.'),
      ],
    },
  })
  const expected = [
    'no.pem',
    'token-keys.json: the key for tokens cannot be used: other users of this machine may open it (mode 644)',
    'missing.pem: the public key of the issuer a cannot be read (ENOENT',
    'private.pem, for the tokens of the issuer b, holds a private key; only the public key belongs here',
    '.: the public key of the issuer d cannot be read (it is not a file)',
  ]
  for (const args of [[], ['--check']]) {
    const { code, err } = await runProgram(args, { cwd, env: { CONFIG: config } })
    expect(code).toBe(1)
    for (const fault of expected) expect(err).toContain(fault)
    expect(err).not.toContain('good.pem')
    expect(err.includes('users.txt')).toBe(args.length === 0)
  }
  const missing = JSON.stringify({ server: { port: 0 }, tokens: { key_path: 'gone.json' } })
  const { code, err } = await runProgram(['--check'], { cwd, env: { CONFIG: missing } })
  expect({ code, err }).toMatchObject({ code: 1 })
  expect(err).toContain('gone.json: there is no such file; make it (openssl genpkey -algorithm ed25519)')
})
