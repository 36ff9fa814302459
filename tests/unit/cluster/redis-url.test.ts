import { describe, expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { checkServer } from '../../../src/infrastructure/redis/at-start.ts'
import { parseRedisUrl } from '../../../src/infrastructure/redis/connection/address.ts'

function parsed(url: string): object {
  const address = parseRedisUrl(url)
  if (!address.ok) throw new Error(address.error)
  return JSON.parse(JSON.stringify(address.value))
}

describe('where Redis is', () => {
  test.each([
    ['redis://localhost', { servers: [{ host: 'localhost', port: 6379 }], tls: false, database: 0 }],
    [
      'redis://[::1]:7000/2',
      { servers: [{ host: '::1', port: 7000 }], tls: false, database: 2, shown: 'redis://[::1]:7000/2' },
    ],
    [
      'rediss://me:p%40%3A:x@redis.example:6380?ca_file=%2Fetc%2Fca.pem',
      {
        servers: [{ host: 'redis.example', port: 6380 }],
        tls: true,
        caFile: '/etc/ca.pem',
        username: 'me',
        password: 'p@::x',
        database: 0,
        shown: 'rediss://redis.example:6380',
      },
    ],
    [
      'redis-sentinel://:geheim@one,two:26380/calls/1?sentinel_password=auch',
      {
        servers: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_380 },
        ],
        master: 'calls',
        tls: false,
        password: 'geheim',
        sentinelPassword: 'auch',
        database: 1,
        shown: 'redis-sentinel://one,two:26380/calls/1',
      },
    ],
  ])('CLUSTER-17 %s is understood, and shown without a password', (url, address) => {
    expect(parsed(url)).toEqual({ shown: url, ...address })
  })

  test.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://:geheim@',
    'redis://:geheim@host:0',
    'redis://:geheim@host:99999',
    'redis://:geheim@one,two',
    'redis://:geheim@host/calls',
    'redis://:%geheim@host',
    'redis-sentinel://:geheim@host',
    'redis-sentinel://:geheim@host/calls/x',
  ])('CLUSTER-17 %j is refused, without its password', (url) => {
    const address = parseRedisUrl(url)
    expect(address.ok).toBe(false)
    expect(JSON.stringify(address)).not.toContain('geheim')
  })

  test.each([
    ['6.0.16', false],
    ['6.2.0', true],
    ['7.0.15', true],
    ['10.0.0', true],
  ])('CLUSTER-17 version %s: %s', async (version, isUsable) => {
    const log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
    const connection = {
      run: () => Promise.resolve(`# Server\r\nredis_version:${version}\r\n`),
      isOpen: () => true,
      closed: new Promise<void>(ignore),
      close: ignore,
    }
    const checked = checkServer(connection, 'redis://host', log)
    if (isUsable) await checked
    else await expect(checked).rejects.toThrow(StartupError)
  })
})

function ignore(): void {
  // Nobody asks.
}
