import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { readKeyFile, writeKeyFile } from '../../../src/infrastructure/tokens/keys/key-file.ts'
import { formatStoredKeys, makeStoredKeys } from '../../../src/infrastructure/tokens/keys/stored-keys.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { ecKey, ed25519Key, publicPem, rsaKey } from '../../support/tokens/mint.ts'

let directory = ''
let path = ''
const ends = endsAfterEach()

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'roomrtc-'))
  path = join(directory, 'token-keys.json')
  ends.push(() => {
    rmSync(directory, { recursive: true })
  })
})

const textContaining = (part: string): unknown => expect.stringContaining(part)
const textMatching = (form: RegExp): unknown => expect.stringMatching(form)

const put = (text: string, mode = 0o600) => {
  writeFileSync(path, text, { mode })
  chmodSync(path, mode)
}

test('TOKEN-9 what is written is read again, is for its owner only, and nothing is left beside it', async () => {
  const keys = makeStoredKeys()
  path = join(directory, 'made', 'for', 'it', 'keys.json')
  await writeKeyFile(path, keys)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(path, '..'))).toEqual(['keys.json'])
  expect(await readKeyFile(path)).toEqual({ ok: true, value: keys })
  await writeKeyFile(path, { ...keys, retired: [{ x: keys.signing.x, ends_at: 1 }] })
  expect(await readKeyFile(path)).toMatchObject({ ok: true, value: { retired: [{ ends_at: 1 }] } })
})

test('TOKEN-9 what a crash has left is in the way of nobody, and a link stays a link', async () => {
  const keys = makeStoredKeys()
  const real = join(directory, 'real.json')
  writeFileSync(real, '')
  symlinkSync(real, path)
  writeFileSync(`${real}.new`, 'half', { mode: 0o644 })
  await writeKeyFile(path, keys)
  expect(readFileSync(real, 'utf8')).toBe(formatStoredKeys(keys))
  expect(statSync(real).mode & 0o777).toBe(0o600)
})

test('TOKEN-9 no file is no fault', async () => {
  expect(await readKeyFile(path)).toEqual({ ok: true, value: undefined })
})

test.each([0o640, 0o604, 0o660, 0o666, 0o620])(
  'TOKEN-9 a file of mode %o is refused: others may open it',
  async (mode) => {
    put(formatStoredKeys(makeStoredKeys()), mode)
    expect(await readKeyFile(path)).toEqual({
      ok: false,
      error: textMatching(/token-keys\.json: .*other users of this machine.*mode 6[0-6]{2}.*chmod 600/),
    })
  },
)

const pem = (key: ReturnType<typeof rsaKey>) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

test.each([
  ['is empty', ''],
  ['was cut', formatStoredKeys(makeStoredKeys()).slice(0, 100)],
  ['is something else', '{"keys":[]}'],
  ['is of a later version', JSON.stringify({ ...makeStoredKeys(), version: 2 })],
  ['has a field that nobody knows', JSON.stringify({ ...makeStoredKeys(), more: 1 })],
  [
    'has halves that do not belong together',
    JSON.stringify({
      ...makeStoredKeys(),
      signing: { ...makeStoredKeys().signing, x: makeStoredKeys().signing.x },
    }),
  ],
  ['holds an RSA key', pem(rsaKey())],
  ['holds a key of another curve', pem(ecKey())],
  ['holds a public key', publicPem(ed25519Key())],
  ['is very long', ' '.repeat(70_000)],
])('TOKEN-9 a file that %s is refused in one sentence that does not quote it', async (_, text) => {
  put(text)
  const read = await readKeyFile(path)
  expect(read).toMatchObject({
    ok: false,
    error: textContaining('the key for tokens cannot be used'),
  })
  if (!read.ok) expect(read.error).not.toMatch(/[\w-]{43}|\n/)
})

test('TOKEN-9 what is no file is refused', async () => {
  mkdirSync(path, { mode: 0o700 })
  expect(await readKeyFile(path)).toMatchObject({
    ok: false,
    error: textContaining('not a file'),
  })
})

test('TOKEN-9 a key as openssl writes it is the same one at each start', async () => {
  put(pem(ed25519Key()))
  const first = await readKeyFile(path)
  expect(first).toMatchObject({ ok: true, value: { retired: [], signing: { longest_ttl_secs: 2_147_483 } } })
  expect(await readKeyFile(path)).toEqual(first)
})
