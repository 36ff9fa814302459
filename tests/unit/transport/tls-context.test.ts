import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import type * as Fs from 'node:fs'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { loadProvenTls, loadTlsOptions, type LoadedTls } from '../../../src/transport/tls/tls-context.ts'
import type { TlsSettings } from '../../../src/transport/tls/tls-settings.ts'
import { makeIssued } from '../../support/certificates.ts'

// Root may read everything, so what an unreadable file does is put on.
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof Fs>()
  const readFileSync = (path: string): Buffer => {
    if (path.endsWith('forbidden.pem')) throw Object.assign(new Error('denied'), { code: 'EACCES' })
    return fs.readFileSync(path)
  }
  return { ...fs, readFileSync }
})

const fixture = (name: string): string => join(import.meta.dirname, '../../fixtures/tls', name)
const folder = mkdtempSync(join(tmpdir(), 'tls-context-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const NOW = new Date('2026-11-20T12:00:00Z')
let certPath = ''
let keyPath = ''
let cert = ''
let key = ''
beforeAll(async () => {
  const pair = await makeSelfSigned({
    commonName: 'localhost',
    notBefore: new Date('2000-01-05T00:00:00Z'),
    notAfter: new Date('2126-01-01T00:00:00Z'),
  })
  cert = pair.cert
  key = pair.key
  certPath = file('cert.pem', cert)
  keyPath = file('key.pem', key)
})

function load(settings: Omit<TlsSettings, 'maxVersion'>, now = NOW): LoadedTls {
  const loaded = loadTlsOptions({ ...settings, maxVersion: 'TLSv1.3' }, now)
  if (!loaded.ok) throw new Error(loaded.error.join('\n'))
  return loaded.value
}

function faults(settings: Omit<TlsSettings, 'maxVersion'>): string[] {
  const loaded = loadTlsOptions({ ...settings, maxVersion: 'TLSv1.3' }, NOW)
  return loaded.ok ? [] : loaded.error
}

/** Connects to a server with these options and says which protocol was agreed upon. */
async function handshake(
  options: LoadedTls['options'],
  ca: string | undefined,
  reload = false,
): Promise<string | null> {
  const server = createServer(options, (socket: TLSSocket) => socket.end())
  if (reload) server.setSecureContext(options)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const client = connect({ host: '127.0.0.1', port, ca, rejectUnauthorized: ca !== undefined })
  await once(client, 'secureConnect')
  const protocol = client.getProtocol()
  client.destroy()
  server.close()
  await once(server, 'close')
  return protocol
}

describe('what loads', () => {
  test('TLS-1 a PEM pair loads, and a client that trusts it connects by address', async () => {
    const { options, warnings } = load({ certPath, keyPath })
    expect(warnings).toEqual([])
    expect(await handshake(options, cert)).toBe('TLSv1.3')
  })

  test('TLS-2 a PKCS#12 file loads, with its password or, where it has none, without', async () => {
    const { options, warnings } = load({ pkcs12Path: fixture('good.p12'), pkcs12Password: 'good-password' })
    expect(warnings).toEqual([])
    expect(await handshake(options, undefined)).toBe('TLSv1.3')
    expect(load({ pkcs12Path: fixture('no-password.p12') }).warnings).toEqual([])
  })

  test('TLS-3 TLS 1.2 is the least; the configured maximum holds, also when the options are set again', async () => {
    const loaded = loadTlsOptions({ certPath, keyPath, maxVersion: 'TLSv1.2' }, NOW)
    if (!loaded.ok) throw new Error(loaded.error.join('\n'))
    expect(loaded.value.options).toMatchObject({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' })
    expect(await handshake(loaded.value.options, cert)).toBe('TLSv1.2')
    expect(await handshake(loaded.value.options, cert, true)).toBe('TLSv1.2')
    expect(load({ certPath, keyPath }).options).toMatchObject({
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
    })
  })

  test('TLS-4 one file may hold both certificate and key', () => {
    const both = file('both.pem', key + cert)
    expect(faults({ certPath: both, keyPath: both })).toEqual([])
  })
})

describe('files', () => {
  test('TLS-5 of a pair, each file that is missing is named, with its setting and where it was looked for', () => {
    const found = faults({ certPath: 'nowhere/c.pem', keyPath: join(folder, 'k.pem') })
    expect(found).toHaveLength(2)
    expect(found[0]).toMatch(
      /^server\.cert_path: there is no file \/.*\/nowhere\/c\.pem\. .*npm run dev-cert/,
    )
    expect(found[1]).toContain(`server.key_path: there is no file ${join(folder, 'k.pem')}.`)
    expect(faults({ pkcs12Path: 'no.p12' })).toEqual([
      expect.stringMatching(/^server\.pkcs12_path: there is no file/),
    ])
  })

  test('TLS-6 a file that may not be read, and a folder, are told apart from a missing one', () => {
    expect(faults({ certPath, keyPath: '/etc/forbidden.pem' })).toEqual([
      expect.stringMatching(
        /^server\.key_path: \/etc\/forbidden\.pem may not be read by the user .* chown or chmod/,
      ),
    ])
    expect(faults({ certPath: folder, keyPath })).toEqual([
      expect.stringMatching(/^server\.cert_path: .* is a folder\. Name the file in it$/),
    ])
  })

  test('TLS-7 settings that name no certificate, half a pair, or both kinds are refused', () => {
    expect(faults({})).toEqual([expect.stringMatching(/^server\.enable_tls: no certificate is named/)])
    expect(faults({ certPath })).toEqual([expect.stringMatching(/^server\.key_path: missing/)])
    expect(faults({ keyPath })).toEqual([expect.stringMatching(/^server\.cert_path: missing/)])
    expect(faults({ keyPath, pkcs12Path: fixture('good.p12') })).toEqual([
      expect.stringMatching(/^server\.pkcs12_path: given together with/),
    ])
  })
})

describe('PKCS#12', () => {
  test('TLS-8 a wrong password is told apart from one that is not set', () => {
    const pkcs12Path = fixture('good.p12')
    expect(faults({ pkcs12Path, pkcs12Password: 'hunter2' })).toEqual([
      expect.stringMatching(/^server\.pkcs12_password: it is not the password of .*good\.p12/),
    ])
    expect(faults({ pkcs12Path })).toEqual([expect.stringMatching(/^server\.pkcs12_password: not set/)])
    expect(faults({ pkcs12Path, pkcs12Password: 'hunter2' }).join()).not.toContain('hunter2')
  })

  test('TLS-9 for a file encrypted with RC2 the commands that convert it are given', () => {
    const path = fixture('legacy-rc2.p12')
    const [fault] = faults({ pkcs12Path: path, pkcs12Password: 'legacy-password' })
    expect(fault).toMatch(/^server\.pkcs12_path: .*RC2/)
    expect(fault).toContain(`openssl pkcs12 -legacy -in '${path}' -noenc -out pair.pem`)
    expect(fault).toContain('openssl pkcs12 -export -in pair.pem -out converted.p12')
  })

  test('TLS-10 a file that is no PKCS#12, empty, or cut short says so', () => {
    for (const content of ['hello', '', cert, Buffer.from([0x30, 0x82, 0xff, 0xff, 2])]) {
      const pkcs12Path = file('not.p12', content)
      expect(faults({ pkcs12Path, pkcs12Password: 'x' })).toEqual([
        expect.stringMatching(/^server\.pkcs12_path: .*not\.p12 is not a PKCS#12 file, or is damaged/),
      ])
    }
  })

  test('TLS-11 a file without a key or without a certificate says which is missing', () => {
    const pkcs12Password = 'good-password'
    expect(faults({ pkcs12Path: fixture('cert-only.p12'), pkcs12Password })).toEqual([
      expect.stringContaining('holds no private key'),
    ])
    expect(faults({ pkcs12Path: fixture('key-only.p12'), pkcs12Password })).toEqual([
      expect.stringContaining('holds no certificate'),
    ])
  })
})

describe('PEM', () => {
  test('TLS-12 files without a certificate or without a key are both named, in one answer', () => {
    expect(faults({ certPath: keyPath, keyPath: certPath })).toEqual([
      expect.stringMatching(/^server\.cert_path: .*key\.pem holds no PEM certificate/),
      expect.stringMatching(/^server\.key_path: .*cert\.pem holds no PEM private key/),
    ])
  })

  test('TLS-13 a damaged certificate or key says so', () => {
    const broken = (pem: string): string => pem.replace(/[A-Za-z0-9]{20}/, 'AAAAAAAAAAAAAAAAAAAA')
    expect(faults({ certPath: file('bad-cert.pem', broken(cert)), keyPath })).toEqual([
      expect.stringMatching(/^server\.cert_path: the certificate in .* is damaged/),
    ])
    expect(faults({ certPath, keyPath: file('bad-key.pem', broken(key)) })).toEqual([
      expect.stringMatching(/^server\.key_path: the key in .* is damaged/),
    ])
  })

  test('TLS-14 the key of another certificate is refused, be it of the same kind or not', async () => {
    const other = await makeSelfSigned({ commonName: 'other', days: 1 })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    })
    for (const pem of [other.key, rsa]) {
      expect(faults({ certPath, keyPath: file('other-key.pem', pem) })).toEqual([
        expect.stringMatching(
          /^server\.key_path: .*other-key\.pem is not the key of the certificate in .*cert\.pem/,
        ),
      ])
    }
  })

  test('TLS-15 an encrypted key, in either form, is refused with the command that decrypts it', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const encrypted = { format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' } as const
    for (const type of ['pkcs8', 'sec1'] as const) {
      const path = file(`encrypted-${type}.pem`, privateKey.export({ ...encrypted, type }))
      expect(faults({ certPath, keyPath: path })).toEqual([
        expect.stringMatching(
          /^server\.key_path: the key in .* is encrypted.*openssl pkey -in .* -out key\.pem/,
        ),
      ])
    }
  })
})

describe('dates', () => {
  test('TLS-16 an expired certificate loads with a warning that bears the date, from PKCS#12', () => {
    const expired = { pkcs12Path: fixture('expired.p12'), pkcs12Password: 'expired-password' }
    expect(load(expired).warnings).toEqual([
      expect.stringContaining('The TLS certificate expired on 2021-01-01T00:00:00.000Z'),
      // Nor does it have a subjectAltName.
      expect.stringContaining('names no host'),
    ])
    expect(load(expired, new Date('2020-06-01T00:00:00Z')).warnings).toEqual([
      expect.stringContaining('names no host'),
    ])
  })

  test.each([
    ['2000-01-04T23:59:59Z', 'is not valid before 2000-01-05T00:00:00.000Z'],
    ['2000-01-05T00:00:00Z', undefined],
    ['2125-12-17T23:59:59Z', undefined],
    ['2125-12-18T00:00:00Z', 'expires on 2126-01-01T00:00:00.000Z'],
    ['2126-01-01T00:00:00Z', 'expires on 2126-01-01T00:00:00.000Z'],
    ['2126-01-01T00:00:01Z', 'expired on 2126-01-01T00:00:00.000Z'],
  ])('TLS-17 at %s a certificate of 2000-01-05 to 2126-01-01: %s', (now, warning) => {
    const { warnings } = load({ certPath, keyPath }, new Date(now))
    expect(warnings).toEqual(warning === undefined ? [] : [expect.stringContaining(warning)])
  })
})

describe('what clients make of it', () => {
  async function prove(pair: { cert: string; key: string }, settings: Partial<TlsSettings> = {}) {
    const paths = { certPath: file('proven.pem', pair.cert), keyPath: file('proven-key.pem', pair.key) }
    return loadProvenTls({ ...paths, maxVersion: 'TLSv1.3', ...settings }, NOW)
  }
  const warnings = async (...args: Parameters<typeof prove>): Promise<readonly string[]> => {
    const proven = await prove(...args)
    if (!proven.ok) throw new Error(proven.error.join('\n'))
    return proven.value.warnings
  }

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'TLS-22 a certificate on a curve that no client offers is refused: %s',
    async (maxVersion) => {
      for (const curve of ['secp256k1', 'brainpoolP256r1']) {
        const proven = await prove(await makeIssued({ curve, names: ['localhost'] }), { maxVersion })
        expect(proven).toEqual({
          ok: false,
          error: [
            expect.stringMatching(
              `^server\\.cert_path: a TLS handshake with this certificate fails .* on the curve ${curve}, .* openssl genpkey`,
            ),
          ],
        })
      }
    },
  )

  test('TLS-22 one on another curve is not, nor is a self-signed one', async () => {
    const { cert: own, key: ownKey, issuer } = await makeIssued({ curve: 'P-384', names: ['localhost'] })
    expect(await warnings({ cert: own + issuer, key: ownKey })).toEqual([])
    expect(await warnings({ cert, key })).toEqual([])
    const pkcs12Path = fixture('good.p12')
    const settings = { pkcs12Path, pkcs12Password: 'good-password', maxVersion: 'TLSv1.3' } as const
    expect(await loadProvenTls(settings, NOW)).toMatchObject({ ok: true, value: { warnings: [] } })
  })

  test('TLS-23 a certificate that comes without that of its issuer is warned of', async () => {
    const pair = await makeIssued({ names: ['localhost'] })
    // The other one has nothing to do with it.
    for (const incomplete of [pair.cert, pair.cert + cert])
      expect(await warnings({ cert: incomplete, key: pair.key })).toEqual([
        expect.stringContaining('was issued by CN=Test issuer, whose own certificate does not come with it'),
      ])
  })

  test.each([
    ['none', [], undefined, 'names no host'],
    ['none', [], '127.0.0.1', 'names no host'],
    ['only localhost', ['localhost'], '127.0.0.1', undefined],
    ['only localhost', ['localhost'], '::1', undefined],
    ['only localhost', ['localhost'], 'localhost', undefined],
    ['only localhost', ['localhost'], '0.0.0.0', 'is only for DNS:localhost'],
    ['localhost and another', ['localhost', 'rtc.example.org'], '0.0.0.0', undefined],
    ['another', ['rtc.example.org'], '192.0.2.1', undefined],
    ['that of the host', ['rtc.example.org'], 'rtc.example.org', undefined],
    ['one for all hosts there', ['*.example.org'], 'rtc.example.org', undefined],
    ['another', ['rtc.example.org'], 'other.example.org', 'is not for other.example.org'],
  ])('TLS-24 names: %s, listening on %s %s: %s', async (_what, names, bindAddress, warning) => {
    const pair = await makeIssued({ names })
    expect(await warnings({ ...pair, cert: pair.cert + pair.issuer }, { bindAddress })).toEqual(
      warning === undefined ? [] : [expect.stringContaining(warning)],
    )
  })
})
