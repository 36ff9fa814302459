import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getNodeValue, parseTree } from 'jsonc-parser'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configTable } from '../../../scripts/docs/config-table.ts'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { configSchema } from '../../../src/config/schema.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'roomrtc-config-'))
})
afterEach(() => {
  rmSync(cwd, { recursive: true })
})

const defaults = configSchema.parse({})
const repository = (file: string) => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')

function write(name: string, text: string | Uint8Array): void {
  writeFileSync(join(cwd, name), text)
}

function load(path?: string, env: NodeJS.ProcessEnv = {}) {
  return loadConfig({ path, env, cwd })
}

/** Loads a text as server_config.json. */
function loadText(text: string, env: NodeJS.ProcessEnv = {}) {
  write('server_config.json', text)
  return load(undefined, env)
}

function faultsOf(action: () => unknown): readonly string[] {
  try {
    action()
  } catch (error) {
    if (error instanceof StartupError) return error.faults
    throw error
  }
  return []
}

const faultsIn = (text: string, env: NodeJS.ProcessEnv = {}) => faultsOf(() => loadText(text, env))

describe('where the configuration comes from', () => {
  const port = (value: number) => JSON.stringify({ server: { port: value } })

  test('CONF-1 without a file, argument or variable the embedded defaults hold', () => {
    expect(load()).toEqual({ config: defaults, source: 'embedded defaults', warnings: [] })
    expect(defaults.server).toMatchObject({ bind_address: '127.0.0.1', port: 8080, enable_tls: false })
  })

  test('CONF-1 the path argument wins over CONFIG, CONFIG over ./server_config.json', () => {
    write('server_config.json', port(1))
    write('other.json', port(3))
    expect(load()).toMatchObject({ source: 'server_config.json', config: { server: { port: 1 } } })
    const env = { CONFIG: port(2) }
    expect(load(undefined, env)).toMatchObject({
      source: 'environment variable CONFIG',
      config: { server: { port: 2 } },
    })
    expect(load('other.json', env)).toMatchObject({ source: 'other.json', config: { server: { port: 3 } } })
  })

  test('CONF-1 an empty CONFIG counts as unset', () => {
    expect(load(undefined, { CONFIG: '' }).source).toBe('embedded defaults')
  })

  test('CONF-2 a path argument that leads to no readable file stops the start', () => {
    expect(faultsOf(() => load('nope.json'))).toEqual([
      'nope.json: no such file; the argument is the path of the configuration file',
    ])
    mkdirSync(join(cwd, 'folder'))
    expect(faultsOf(() => load('folder'))).toEqual([expect.stringContaining('folder: the config')])
  })

  test('CONF-2 a file that is not UTF-8 stops the start, a byte order mark does not', () => {
    write('utf16.json', Buffer.from('\ufeff{}', 'utf16le'))
    expect(faultsOf(() => load('utf16.json'))).toEqual([expect.stringContaining('not UTF-8')])
    expect(loadText('\ufeff{"server": {"port": 1}}').config.server.port).toBe(1)
  })
})

describe('how it is written', () => {
  test('CONF-3 comments and trailing commas are allowed', () => {
    expect(loadText('// 1\n{ "server": { /* 2 */ "port": 0, }, }').config.server.port).toBe(0)
  })

  test('CONF-4 a syntax error is told with line and column', () => {
    expect(faultsIn('{\n  "server": {"port": },\n  server: {}\n}')).toEqual([
      'server_config.json:2:22 a value is expected here',
      'server_config.json:3:3 not JSON; text must stand in double quotes',
    ])
    expect(faultsIn('{"server": {"port": 1}')).toEqual(['server_config.json:1:23 a closing } is missing'])
  })

  test('CONF-4 a missing comma does not hide what else is wrong', () => {
    expect(faultsIn('{ "server": {\r\n "port": 70000\r\n "enable_tls": "yes" } }')).toEqual([
      'server_config.json:2:10 server.port: found 70000 (number); allowed: integer from 0 to 65535',
      'server_config.json:3:2 a comma is missing before this',
      'server_config.json:3:16 server.enable_tls: found "yes" (string); allowed: true or false',
    ])
  })

  test.each(['', '[]', '3', 'production', '/etc/roomrtc.json'])(
    'CONF-4 a top level that is no object is refused: %j',
    (text) => {
      expect(faultsIn(text)).toEqual(['server_config.json:1:1 the top level must be a JSON object, { … }'])
    },
  )

  test('CONF-5 a key that appears twice is refused', () => {
    expect(faultsIn('{\n "server": {"port": 1,\n "port": 2},\n "calls": {}, "calls": {} }')).toEqual([
      'server_config.json:3:2 server.port: appears twice, first at 2:13; keep one of them',
      'server_config.json:4:15 calls: appears twice, first at 4:2; keep one of them',
    ])
  })
})

describe('what is checked', () => {
  test('CONF-6 every fault is told at once, each with its place, what was found and what is allowed', () => {
    const text = `{
  "server": {
    "port": "abc",
    "prot": 1,
    "max_connections": 1.5
  },
  "logging": { "log_level": "loud", "log_file_path": "" },
  "security": [],
  "webrtc": { "turn_servers": [{ "url": "stun:x" }], "stun_servers": ["http://x", null] },
  "calls": { "ring_timeout_ms": 2147483648 }
}`
    const levels = '"trace", "debug", "info", "warn", "error", "fatal"'
    const timer = 'integer from 1 to 2147483647'
    expect(faultsIn(text).map((line) => line.replace(/^server_config\.json:/, ''))).toEqual([
      '3:13 server.port: found "abc" (string); allowed: integer from 0 to 65535',
      '4:5 server.prot: unknown key; did you mean server.port?',
      '5:24 server.max_connections: found 1.5 (number); allowed: integer from 1 to 1000000',
      `7:29 logging.log_level: found "loud" (string); allowed: one of ${levels}`,
      '7:54 logging.log_file_path: found "" (string); allowed: non-empty string',
      expect.stringMatching(/^8:15 security: found an array; allowed: object with bcrypt_cost, /),
      '9:32 webrtc.turn_servers[0]: found an object; there is no access to the server; set username and credential, or secret, here or in the environment variable ROOMRTC_TURN_SECRET',
      expect.stringMatching(
        /^9:41 webrtc\.turn_servers\[0\]\.url: found "stun:x" \(string\); allowed: URL such as /,
      ),
      expect.stringMatching(
        /^9:71 webrtc\.stun_servers\[0\]: found "http:\/\/x" \(string\); allowed: URL such as /,
      ),
      expect.stringMatching(/^9:83 webrtc\.stun_servers\[1\]: found null; allowed: URL such as /),
      `10:33 calls.ring_timeout_ms: found 2147483648 (number); allowed: ${timer}`,
    ])
  })

  test('CONF-6 a fault in CONFIG is told as one', () => {
    expect(faultsOf(() => load(undefined, { CONFIG: '{"server":{"port":-1}}' }))).toEqual([
      'environment variable CONFIG:1:19 server.port: found -1 (number); allowed: integer from 0 to 65535',
    ])
  })

  test.each([
    ['{"server": {"maxConnections": 1}}', 'server.maxConnections', 'did you mean server.max_connections?'],
    ['{"server": {"log_level": 1}}', 'server.log_level', 'did you mean logging.log_level?'],
    ['{"logging": {"level": 1}}', 'logging.level', 'did you mean logging.log_level?'],
    ['{"port": 1}', 'port', 'did you mean server.port?'],
    ['{"server.port": 1}', '["server.port"]', 'did you mean server.port?'],
    ['{"sever": {"port": 1}}', 'sever', 'did you mean server?'],
    [
      '{"webrtc": {"turn_servers": [{"url": "turn:x", "username": "u", "credential": "c", "user_name": ""}]}}',
      'webrtc.turn_servers[0].user_name',
      'did you mean webrtc.turn_servers[0].username?',
    ],
    ['{"calls": {"zebra": 1}}', 'calls.zebra', 'known here: ring_timeout_ms'],
    ['{"calls": {"__proto__": 1}}', 'calls.__proto__', 'known here: ring_timeout_ms'],
  ])('CONF-7 an unknown key comes with the nearest known one: %s', (text, path, hint) => {
    expect(faultsIn(text)).toEqual([expect.stringMatching(/^server_config\.json:1:\d+ /)])
    expect(faultsIn(text)[0]).toContain(` ${path}: unknown key; ${hint}`)
  })

  test.each([
    ['"enable_tls": true', ['1:27 server.enable_tls: found true (boolean); TLS needs a certificate']],
    [
      '"enable_tls": true, "cert_path": "c"',
      ['1:46 server.cert_path: found "c" (string); server.cert_path and'],
    ],
    ['"enable_tls": true, "key_path": "k"', ['1:12 server.cert_path: missing; server.cert_path and']],
    [
      '"pkcs12_path": "p", "enable_tls": true, "cert_path": "c"',
      ['1:28 server.pkcs12_path: found "p" (string); two kinds of certificate are given'],
    ],
    ['"enable_tls": true, "pkcs12_path": "p"', []],
    ['"enable_tls": true, "cert_path": "c", "key_path": "k"', []],
    ['"enable_tls": false, "pkcs12_path": "p", "cert_path": "c"', []],
    ['"enable_tls": true, "port": 65536', ['server.enable_tls: found true', 'server.port: found 65536']],
    ['"enable_tls": true, "pkcs12_path": 7', ['server.pkcs12_path: found 7 (number)']],
  ])('CONF-8 TLS needs exactly one kind of certificate, and a whole one: %s', (server, expected) => {
    const faults = faultsIn(`{"server": {${server}}}`)
    expect(faults).toEqual(expected.map((part): unknown => expect.stringContaining(part)))
  })

  test('CONF-9 the range of RTP ports must not end before it starts', () => {
    expect(faultsIn('{"webrtc": {"rtp_port_range_start": 20001}}')).toEqual([
      expect.stringContaining(
        'webrtc.rtp_port_range_start: found 20001 (number); must not be greater than webrtc.rtp_port_range_end',
      ),
    ])
    const equal = loadText('{"webrtc": {"rtp_port_range_start": 5000, "rtp_port_range_end": 5000}}')
    expect(equal.config.webrtc.rtp_port_range_end).toBe(5000)
  })

  test.each([
    ['INFO', 'info'],
    ['Warning', 'warn'],
    ['WARN', 'warn'],
    ['fatal', 'fatal'],
  ])('CONF-10 log levels of old files are understood: %s', (written, level) => {
    expect(loadText(JSON.stringify({ logging: { log_level: written } })).config.logging.log_level).toBe(level)
  })

  const stun = (url: string) => JSON.stringify({ webrtc: { stun_servers: [url] } })

  test.each(['stun:h', 'STUN:h:1', 'stuns:[::1]:5349', 'stun:192.0.2.1:3478', 'stun:stun_1'])(
    'CONF-11 a STUN URL is accepted: %s',
    (url) => {
      expect(loadText(stun(url)).config.webrtc.stun_servers).toEqual([url])
    },
  )

  const notStun =
    'stun: stun://h turn:h http://h:3478 h:x h/ stun:h:x stun:h?transport=udp h?transport=udp'.split(' ')
  test.each([...notStun, '', 'stun:a b', 'stun:h\n'])('CONF-11 what is no STUN URL is refused: %j', (url) => {
    expect(faultsIn(stun(url))).toHaveLength(1)
  })
})

describe('secrets', () => {
  const turn = (fields: object) =>
    JSON.stringify({ webrtc: { turn_servers: [{ url: 'turn:h:1', ...fields }] } })

  test('CONF-12 the PKCS#12 password of the environment wins over the file', () => {
    const env = { ROOMRTC_PKCS12_PASSWORD: 'from-env' }
    expect(load(undefined, env).config.server.pkcs12_password).toBe('from-env')
    const text = '{"server": {"pkcs12_password": "from-file", "port": 1}}'
    expect(loadText(text, env).config.server).toMatchObject({ pkcs12_password: 'from-env', port: 1 })
    expect(loadText(text, { ROOMRTC_PKCS12_PASSWORD: '' }).config.server.pkcs12_password).toBe('from-file')
  })

  test('CONF-12 secrets in the environment do not make a malformed file pass', () => {
    const env = { ROOMRTC_PKCS12_PASSWORD: 'p', ROOMRTC_TURN_CREDENTIAL: 'c', ROOMRTC_TURN_SECRET: 's' }
    expect(faultsIn('{"server": null, "webrtc": {"turn_servers": ["x", 1]}}', env)).toHaveLength(3)
    expect(faultsIn('{"server": [], "webrtc": {"turn_servers": {}}}', env)).toHaveLength(2)
  })

  test('CONF-13 a secret is never printed, whatever is wrong with it', () => {
    const texts = [
      '{"server": {"pkcs12_password": 1234567}}',
      '{"server": {"pkcs12_password": ["1234567"]}}',
      '{"server": {"pkcs12_pasword": "1234567"}}',
      '{"server": {"pkcs12_password": "1234567", "pkcs12_password": "1234567"}}',
      "{'server': {'pkcs12_password': '1234567'}}",
      turn({ username: 'u', credential: 1234567 }),
      turn({ username: 'u', credential: { value: '1234567' } }),
      turn({ secret: 1234567 }),
      turn({ secret: ['1234567'] }),
      turn({ username: 'u', secret: '1234567' }),
      turn({ credential: '1234567' }),
      turn({ url: 'turn:u:1234567@h', username: 'u', credential: 'c' }),
      '{"webrtc": {"turn_servers": ["turn:u:1234567@h"]}}',
      '{"webrtc": {"turn_servers": {"credential": "1234567"}}}',
    ]
    for (const text of texts) {
      const faults = faultsIn(text)
      expect(faults).not.toEqual([])
      expect(faults.join('\n')).not.toContain('1234567')
    }
    expect(faultsIn(texts[0] ?? '')).toEqual([
      'server_config.json:1:32 server.pkcs12_password: found a number, not shown because it is a secret; allowed: string',
    ])
  })
})

describe('warnings', () => {
  test.each([
    [{ server: { bind_address: '0.0.0.0' } }, 'server.bind_address is 0.0.0.0'],
    [{ server: { bind_address: '::' } }, 'server.bind_address is ::'],
    [{ security: { max_sessions_per_user: 5 } }, 'on up to 5 devices at once, and a call rings at all'],
    [{ security: { max_sessions_per_user: 17 } }, 'is 17 and acts as 16: each user may be logged in'],
    [{ persistence: { enable_persistence: false } }, 'persistence.enable_persistence is false'],
    [
      { resume: { max_outbox_bytes: 4_194_305 } },
      'resume.max_outbox_bytes is above limits.max_outbound_bytes',
    ],
    [
      { limits: { soft_outbound_bytes: 1_048_577 } },
      'limits.soft_outbound_bytes is above limits.max_outbound_bytes',
    ],
    [{ proxy: { networks: ['10.0.0.1', '0.0.0.0/0'] } }, 'proxy.networks has 0.0.0.0/0: whoever'],
    [
      { proxy: { networks: ['10.0.0.0/8', 'fc00::/7', '::/0', '8.0.0.0/7'] } },
      'has ::/0, 8.0.0.0/7: whoever',
    ],
    [{ drain: { window_ms: 60_000 } }, 'drain.window_ms is not below resume.window_ms'],
  ])('CONF-14 what is probably not meant is warned of: %j', (file, warning) => {
    expect(loadText(JSON.stringify(file)).warnings).toEqual([expect.stringContaining(warning)])
  })

  test.each([
    { bind_address: '127.0.0.2' },
    { bind_address: '::1' },
    { bind_address: 'localhost' },
    { bind_address: '0.0.0.0', enable_tls: true, pkcs12_path: 'p' },
  ])('CONF-14 what is safe is not warned of: %j', (server) => {
    expect(loadText(JSON.stringify({ server })).warnings).toEqual([])
  })
})

describe('the shipped file and the documents', () => {
  test('CONF-15 server_config.json lists every key with its default, in the order of the table', () => {
    const root = parseTree(repository('server_config.json'))
    const written: unknown = root === undefined ? undefined : getNodeValue(root)
    expect(JSON.stringify(written)).toBe(JSON.stringify(defaults))
    expect(loadText(repository('server_config.json')).config).toEqual(defaults)
  })

  test('CONF-15 every key has its meaning and its range in the table of CONFIG.md', () => {
    const rows = configTable().split('\n').slice(2)
    expect(rows).toHaveLength(172)
    const complete = /^\| `[a-z_.\d[\]]+` \| (none|`.+`) \| [^|]+ \| [A-Z][^|]+\. \|$/
    expect(rows.filter((row) => !complete.test(row))).toEqual([])
    expect(repository('CONFIG.md')).toContain(configTable())
  })
})
