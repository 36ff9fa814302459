import { describe, expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'

const loadText = (text: string) => loadConfig({ path: undefined, env: { CONFIG: text }, cwd: '/nowhere' })
const load = (file: object) => loadText(JSON.stringify(file))

function faultsIn(file: object | string): readonly string[] {
  try {
    if (typeof file === 'string') loadText(file)
    else load(file)
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

describe('the configuration', () => {
  test.each(['['.repeat(100_000), '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)])(
    'CONF-4 a text that is nested without end is refused like any other',
    (text) => {
      expect(faultsIn(text)).toEqual(['environment variable CONFIG: nested too deeply to be a configuration'])
    },
  )

  test.each(['', '[::1]', 'tcp://h', 'a b'])(
    'CONF-6 what cannot be an address is refused: %j',
    (bind_address) => {
      expect(faultsIn({ server: { bind_address } })).toEqual([
        expect.stringContaining('allowed: IP address without brackets, or host name'),
      ])
    },
  )

  test('CONF-6 of a long value the beginning is told', () => {
    const [fault] = faultsIn({ server: { port: 'x'.repeat(10_000) } })
    expect(fault).toContain('server.port: found "xxx')
    expect(fault?.length).toBeLessThan(250)
  })

  test('CONF-14 fewer requests than an ordinary client may make are warned of, unless nobody is limited', () => {
    const warnings = (security: object) => load({ security }).warnings
    expect(warnings({ max_requests_per_minute: 60 })).toEqual([
      expect.stringContaining('security.max_requests_per_minute is 60'),
    ])
    expect(warnings({ max_requests_per_minute: 200 })).toEqual([])
    expect(warnings({ max_requests_per_minute: 60, enable_rate_limiting: false })).toEqual([])
  })

  test('CONF-14 rooms larger than a mesh can well be are warned of', () => {
    const warnings = (rooms: object) => load({ rooms }).warnings
    expect(warnings({ max_members: 12 })).toEqual([])
    expect(warnings({ max_members: 13 })).toEqual([expect.stringContaining('13 members')])
    expect(warnings({ permanent: [{ id: 'hall', max_members: 200 }] })).toEqual([
      expect.stringContaining('200 members'),
    ])
  })

  test.each([
    [{ rooms: { permanent: [{ id: 'a room' }] } }, 'rooms.permanent[0].id: found "a room"'],
    [{ rooms: { permanent: [{ id: 'hall' }, { id: 'hall' }] } }, 'two rooms have the same id'],
    [{ server: { name: 'Techial Example' } }, 'server.name: found "Techial Example"'],
    [{ server: { icon_url: 'javascript:alert(1)' } }, 'server.icon_url: found'],
  ])('CONF-3 what is wrong with rooms and names is said: %j', (file, sentence) => {
    expect(() => load(file)).toThrow(sentence)
  })

  test('CONF-14 a host name that only looks like the loopback address is warned of', () => {
    expect(load({ server: { bind_address: '127.example.org' } }).warnings).toEqual([
      expect.stringContaining('server.bind_address is 127.example.org'),
    ])
  })
})

/** The example of the original's own documents; each value that its tables allow is tried in it below. */
const ORIGINAL = {
  server: {
    bind_address: '127.0.0.1',
    port: 8080,
    max_connections: 100,
    enable_tls: false,
    pkcs12_path: null,
    pkcs12_password: null,
  },
  logging: {
    log_file_path: 'logs/server.log',
    log_level: 'INFO',
    enable_console: true,
    enable_file: true,
  },
  webrtc: {
    stun_servers: ['stun.l.google.com:19302', 'stun1.l.google.com:19302'],
    turn_servers: [
      { url: 'turn.example.com:3478', username: 'someone', credential: 'something' },
      { url: 'turn:turn.example.com:3478', username: 'someone', credential: 'something', secret: null },
    ],
    rtp_port_range_start: 10_000,
    rtp_port_range_end: 20_000,
    ice_gathering_timeout_ms: 5000,
    connection_timeout_ms: 10_000,
  },
  security: {
    session_timeout_secs: 60,
    max_sessions_per_user: 1,
    enable_rate_limiting: true,
    max_requests_per_minute: 60,
  },
  persistence: { data_directory: './data', auto_save_interval_secs: 300, enable_persistence: true },
}

describe('a file of the original server', () => {
  test('CONF-22 its own example loads, and warnings say what to write today', () => {
    const { config, warnings } = load(ORIGINAL)
    expect(config.server).toMatchObject({ port: 8080, pkcs12_path: '', pkcs12_password: '' })
    expect(config.webrtc).toMatchObject({
      stun_servers: ['stun:stun.l.google.com:19302', 'stun:stun1.l.google.com:19302'],
      turn_servers: [
        { url: 'turn:turn.example.com:3478', username: 'someone', credential: 'something' },
        { url: 'turn:turn.example.com:3478', username: 'someone', credential: 'something' },
      ],
    })
    expect(warnings.filter((warning) => warning.includes('scheme'))).toEqual([
      'webrtc.stun_servers[0] is "stun.l.google.com:19302", which has no scheme: it is taken as "stun:stun.l.google.com:19302". Write that',
      'webrtc.stun_servers[1] is "stun1.l.google.com:19302", which has no scheme: it is taken as "stun:stun1.l.google.com:19302". Write that',
      'webrtc.turn_servers[0].url is "turn.example.com:3478", which has no scheme: it is taken as "turn:turn.example.com:3478". Write that',
    ])
  })

  test.each([
    { logging: { log_level: 'DEBUG' } },
    { logging: { log_level: 'WARN' } },
    { logging: { log_level: 'warning' } },
    { logging: { log_level: 'ERROR' } },
    { logging: { log_level: 'TRACE' } },
    { logging: { enable_console: false, enable_file: false } },
    { server: { bind_address: '0.0.0.0' } },
    { server: { enable_tls: true, pkcs12_path: 'certs/server.p12', pkcs12_password: 'secret' } },
    { server: { enable_tls: true, pkcs12_path: 'certs/server.p12', pkcs12_password: null } },
    { security: { max_sessions_per_user: 5 } },
    { security: { enable_rate_limiting: false } },
    { persistence: { enable_persistence: false } },
    { webrtc: { stun_servers: [], turn_servers: [] } },
    { webrtc: { stun_servers: null, turn_servers: null } },
    { webrtc: { stun_servers: ['[2001:db8::1]:3478', 'stuns:h:5349', 'h'] } },
    {
      webrtc: {
        turn_servers: [{ url: 'h:3478?transport=tcp', username: 'u', credential: 'c' }],
      },
    },
  ])('CONF-22 it loads with each value that its tables allow: %j', (change) => {
    const changed = Object.entries(ORIGINAL).map(([section, keys]) => {
      const changes = Object.entries(change).find(([name]) => name === section)?.[1]
      return [section, { ...keys, ...changes }] as const
    })
    expect(faultsIn(Object.fromEntries(changed))).toEqual([])
  })

  test('CONF-23 null is none where empty means none, and nowhere else', () => {
    expect(load({ proxy: { networks: null } }).config.proxy.networks).toEqual([])
    expect(faultsIn({ server: { port: null }, security: null })).toHaveLength(2)
    expect(
      faultsIn({ webrtc: { turn_servers: [{ url: null, username: 'u', credential: 'c' }] } }),
    ).toHaveLength(1)
    expect(
      faultsIn({ webrtc: { turn_servers: [{ url: 'turn:h', username: null, credential: null }] } }),
    ).toEqual([expect.stringContaining('there is no access to the server')])
    expect(faultsIn({ server: { enable_tls: true, pkcs12_path: null } })).toEqual([
      expect.stringContaining('TLS needs a certificate'),
    ])
  })

  test('CONF-23 what is no host without a scheme either is refused, as it was written', () => {
    expect(faultsIn({ webrtc: { stun_servers: ['http://h:3478'] } })).toEqual([
      expect.stringContaining('found "http://h:3478"'),
    ])
    expect(faultsIn({ webrtc: { turn_servers: [{ url: 'h:x', username: 'u', credential: 'c' }] } })).toEqual([
      expect.stringContaining('found "h:x"'),
    ])
  })
})
