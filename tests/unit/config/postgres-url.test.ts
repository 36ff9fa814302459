import { describe, expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { readPostgresUrl } from '../../../src/config/postgres-url.ts'

const load = (persistence: object, env: NodeJS.ProcessEnv = {}) =>
  loadConfig({ path: undefined, env: { ...env, CONFIG: JSON.stringify({ persistence }) }, cwd: '/nowhere' })

function faultsIn(persistence: object, env: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    load(persistence, env)
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

describe('the URL of a database', () => {
  test.each([
    ['postgres://db', { host: 'db', sslMode: 'disable' }],
    [
      'postgresql://ann%40x:p%40ss%2F@[::1]:5433/calls?sslmode=verify-full&sslrootcert=/ca.pem',
      {
        host: '::1',
        port: 5433,
        user: 'ann@x',
        password: 'p@ss/',
        database: 'calls',
        sslMode: 'verify-full',
        rootCertPath: '/ca.pem',
      },
    ],
    [
      'postgres:///calls?host=/run/postgresql&user=ann',
      { host: '/run/postgresql', user: 'ann', database: 'calls', sslMode: 'disable' },
    ],
    ['postgres://ann@%2Frun%2Fpostgresql/calls', { host: '/run/postgresql', user: 'ann', database: 'calls' }],
    [
      'postgres://db/calls?sslmode=require&sslcert=c&sslkey=k&password=x&port=6',
      { sslMode: 'require', certPath: 'c', keyPath: 'k', password: 'x', port: 6 },
    ],
  ])('SQL-8 %s', (url, wanted) => {
    expect(readPostgresUrl(url)).toMatchObject(wanted)
  })

  test.each([
    ['mysql://db', 'it is no URL such as postgres://'],
    ['postgres:db', 'it is no URL'],
    ['postgres://a:b@c:x/', 'it is no URL'],
    ['postgres://ann:never%zz@db', 'it has a % that is not followed'],
    ['postgres://ann:x@db/never#more', 'it has a #'],
    ['postgres://db?sslmode=prefer', 'its sslmode is not one of disable, require, verify-ca, verify-full'],
    ['postgres://db?ssl=true', 'it has a parameter that is not known; known are host, port'],
    ['postgres://db?sslcert=x', 'sslcert and sslkey belong together'],
    ['postgres://db?host=a,b', 'it has several hosts'],
    ['postgres://db?port=0', 'its port is not a number'],
  ])('SQL-8 %s is refused, and not shown', (url, why) => {
    const [fault = '', ...others] = faultsIn({ postgres_url: url })
    expect(others).toEqual([])
    expect(fault).toContain('found a string, not shown because it is a secret')
    expect(fault).toContain(why)
    expect(fault).not.toMatch(/never|ann/)
    const [fromEnvironment] = faultsIn({}, { ROOMRTC_POSTGRES_URL: url })
    expect(fromEnvironment).toContain(why)
    expect(fromEnvironment).not.toMatch(/never|ann/)
  })

  test('SQL-8 the environment overrides the file, and empty counts as unset', () => {
    const urlOf = (...args: Parameters<typeof load>) => load(...args).config.persistence.postgres_url
    const postgres_url = 'postgres://file'
    expect(urlOf({ postgres_url }, { ROOMRTC_POSTGRES_URL: 'postgres://env' })).toBe('postgres://env')
    expect(urlOf({ postgres_url }, { ROOMRTC_POSTGRES_URL: '' })).toBe('postgres://file')
    expect(urlOf({})).toBe('')
  })

  test('SQL-9 a database on another machine without TLS is warned of', () => {
    const warned = (url: string) => load({ postgres_url: url }).warnings.join().includes('in the clear')
    expect(['postgres://db/x', 'postgres://10.0.0.1/x?sslmode=disable'].map(warned)).toEqual([true, true])
    const safe = ['', '///x', '//localhost/x', '//[::1]/x', '//db/x?sslmode=require', '///x?host=/run/pg']
    expect(safe.map((rest) => warned(rest && `postgres:${rest}`))).toEqual(safe.map(() => false))
  })
})
