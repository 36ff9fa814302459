import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { makeSelfSigned } from '../../../scripts/support/self-signed.ts'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { migrate } from '../../../src/infrastructure/postgres/migrations/migrate.ts'
import { MIGRATIONS } from '../../../src/infrastructure/postgres/migrations/migrations.ts'
import { runProgram } from '../../support/programs/run-program.ts'
import { canRun } from '../program.ts'
import { settingsOf } from './rig.ts'
import { PASSWORD, postgresServer, ROLE } from './server.ts'

async function folder(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'roomrtc-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  return cwd
}

const ctlWith = async (url: string, args: readonly string[], config: object = {}) =>
  runProgram(['ctl', ...args], {
    cwd: await folder(),
    env: { CONFIG: JSON.stringify(config), ROOMRTC_POSTGRES_URL: url },
  })

async function faultsOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof StartupError) return error.faults
  throw new Error('no fault', { cause: error })
}

describe.skipIf(!canRun('initdb', 'postgresql'))('the tables', () => {
  const server = postgresServer()
  const fresh = () => server().createDatabase()

  test('SQL-6 of many processes that find no tables one makes them', async () => {
    const settings = await settingsOf(await fresh())
    const migrated = await Promise.all(Array.from({ length: 8 }, () => migrate(settings)))
    expect(migrated.filter(({ applied }) => applied.length > 0)).toEqual([
      { applied: MIGRATIONS, known: MIGRATIONS.length },
    ])
  })

  test('SQL-6 ctl migrate says what it has done', async () => {
    const url = await fresh()
    const first = await ctlWith(url, ['migrate'])
    expect([first.code, first.out]).toEqual([
      0,
      MIGRATIONS.map(({ number, name }) => `applied ${number} ${name}\n`).join(''),
    ])
    const second = await ctlWith(url, ['migrate', '--json'])
    expect(JSON.parse(second.out)).toEqual({ applied: [], migrations: MIGRATIONS.length })
    const none = await ctlWith('', ['migrate'])
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('users.txt')])
  })

  test('SQL-6 migrations are applied in order, all or none, and only those that are missing', async () => {
    const settings = await settingsOf(await fresh())
    const first = { number: 1, name: 'one', sql: 'CREATE TABLE roomrtc.one (n int)' }
    const second = { number: 2, name: 'two', sql: 'INSERT INTO roomrtc.one VALUES (2)' }
    const bad = { number: 3, name: 'three', sql: 'DROP TABLE roomrtc.one; SELECT nonsense' }
    expect(await faultsOf(migrate(settings, [first, second, bad]))).toEqual([
      expect.stringContaining('column "nonsense" does not exist'),
    ])
    expect((await migrate(settings, [first])).applied).toEqual([first])
    expect((await migrate(settings, [first, second])).applied).toEqual([second])
    expect(await faultsOf(migrate(settings, [{ ...first, name: 'other' }, second]))).toEqual([
      expect.stringContaining('its migration 1 (one) is none of this program'),
    ])
  })

  test('SQL-6 a database that is newer than the program is refused at the start, with all else that is wrong', async () => {
    const url = await fresh()
    await ctlWith(url, ['migrate'])
    const newer = MIGRATIONS.length + 1
    await server().sql(url, `INSERT INTO roomrtc.migrations (number, name) VALUES (${newer}, 'later')`)
    const config = { server: { enable_tls: true, cert_path: 'none.pem', key_path: 'none.pem' } }
    const { code, err } = await runProgram([], {
      cwd: await folder(),
      env: { CONFIG: JSON.stringify(config), ROOMRTC_POSTGRES_URL: url },
    })
    expect(code).toBe(1)
    expect(err).toContain('none.pem')
    expect(err).toContain(
      `it is newer than this program: its tables are at migration ${newer}, and this program knows`,
    )
    expect(err).not.toContain(PASSWORD)
  })

  test('SQL-7 a role that may only read and write rows is enough once the tables are there', async () => {
    const url = await fresh()
    await server().sql(url, `CREATE ROLE lesser LOGIN PASSWORD 'x'`)
    const lesser = url.replace(/\/\/.*@/, '//lesser:x@')
    const refused = await ctlWith(lesser, ['migrate'])
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('permission denied')])
    await ctlWith(url, ['migrate'])
    await server().sql(
      url,
      `GRANT USAGE ON SCHEMA roomrtc TO lesser; GRANT SELECT ON roomrtc.migrations TO lesser;
      GRANT SELECT, INSERT, UPDATE, DELETE ON roomrtc.accounts, roomrtc.invites, roomrtc.calls, roomrtc.files,
        roomrtc.token_keys
        TO lesser`,
    )
    const added = await runProgram(['ctl', 'users', 'add', 'alice'], {
      cwd: await folder(),
      env: { CONFIG: '{}', ROOMRTC_POSTGRES_URL: lesser },
      input: 'secret\n',
    })
    expect([added.code, added.err]).toEqual([0, ''])
    expect(await server().sql(url, 'SELECT username FROM roomrtc.accounts')).toEqual([{ username: 'alice' }])
  })

  test('ADMIN-17 without a socket the commands for accounts work on the database, whether or not a daemon has it', async () => {
    const url = await fresh()
    const config = { persistence: { enable_persistence: false } }
    const added = await runProgram(['ctl', 'users', 'add', 'alice'], {
      cwd: await folder(),
      env: { CONFIG: JSON.stringify(config), ROOMRTC_POSTGRES_URL: url },
      input: 'secret\n',
    })
    expect([added.code, added.err]).toEqual([0, ''])
    expect((await ctlWith(url, ['users', 'list'], config)).out).toContain('alice')
    expect((await ctlWith('', ['users', 'list'], config)).err).toContain('has no control socket')
  })

  test('SQL-8 a database that cannot be used is told in a sentence, without the password', async () => {
    const url = await fresh()
    await server().sql(
      url,
      `CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0 OWNER ${ROLE}`,
    )
    for (const [wrong, said] of [
      [url.replace(/test_\d+/, 'nowhere'), 'database "nowhere" does not exist'],
      [url.replace(/:\d+\//, ':1/'), 'ECONNREFUSED'],
      [url.replace(ROLE, 'nobody'), 'password authentication failed for user "nobody"'],
      [url.replace(/test_\d+/, 'latin'), "its encoding is LATIN1; make one with ENCODING 'UTF8'"],
      [`${url}?sslmode=require`, 'does not support SSL'],
      [`${url}?sslmode=verify-full&sslrootcert=none.pem`, 'none.pem cannot be read'],
    ] as const) {
      const { code, err, out } = await ctlWith(wrong, ['migrate'])
      expect([code, err]).toEqual([1, expect.stringContaining(said)])
      expect(out + err).not.toContain(PASSWORD)
    }
  })
})

const ours = await makeSelfSigned({ commonName: 'ours', days: 1 })
const others = await makeSelfSigned({ commonName: 'others', days: 1 })

describe.skipIf(!canRun('initdb', 'postgresql'))('a connection with TLS', () => {
  const server = postgresServer({ certificate: ours })

  test('SQL-9 sslmode says how much of the certificate is looked at', async () => {
    const url = await server().createDatabase()
    const cwd = await folder()
    const [root, other] = [join(cwd, 'root.pem'), join(cwd, 'other.pem')]
    await writeFile(root, ours.cert)
    await writeFile(other, others.cert)
    // The same address by a name that the certificate does not have.
    const misnamed = url.replace('127.0.0.1', '127.1')
    for (const [from, parameters, good] of [
      [url, 'sslmode=disable', true],
      [url, 'sslmode=require', true],
      [url, `sslmode=verify-ca&sslrootcert=${root}`, true],
      [url, `sslmode=verify-ca&sslrootcert=${other}`, false],
      [url, 'sslmode=verify-ca', false],
      [misnamed, `sslmode=verify-ca&sslrootcert=${root}`, true],
      [url, `sslmode=verify-full&sslrootcert=${root}`, true],
      [misnamed, `sslmode=verify-full&sslrootcert=${root}`, false],
    ] as const) {
      const outcome = await migrate(await settingsOf(`${from}?${parameters}`)).then(
        () => true,
        (error: unknown) => !(error instanceof StartupError),
      )
      expect([parameters, outcome]).toEqual([parameters, good])
    }
  })
})
