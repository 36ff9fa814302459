import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { createLogger, type Logger } from '../../../src/infrastructure/log/logger.ts'

let folder = ''
let filePath = ''
let logger: Logger
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logger-'))
  filePath = join(folder, 'logs', 'daemon.log')
  logger = createLogger({ level: 'info', console: false, filePath, pretty: false })
})
afterEach(() => {
  logger.close()
  rmSync(folder, { recursive: true })
})

function linesOf(path: string): unknown[] {
  const text = readFileSync(path, 'utf8')
  return text.split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]))
}

const messages = (path = filePath): unknown[] =>
  linesOf(path).map((line) => (typeof line === 'object' && line !== null && 'msg' in line ? line.msg : line))

// Each begins a line, moves the cursor, sets a title or turns text around in some terminal.
const HOSTILE =
  'a\n[12:00:00.000] INFO: forged\r\n{"level":"info","msg":"forged"}\t\0\u001b[2J\u001b]0;x\u0007\u009b31m\u007f\u2028\u2029\u202eb'
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

describe('lines', () => {
  test('LOG-1 a line is JSON with time, level as a word, pid, the fields and the message, and no host name', () => {
    logger.log.warn({ connection: 'c1' }, 'slow')
    expect(readFileSync(filePath, 'utf8').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, 'TIME')).toBe(
      `{"level":"warn","time":"TIME","pid":${process.pid},"connection":"c1","msg":"slow"}\n`,
    )
  })

  test('LOG-2 a line is in the file when the call returns, in order', () => {
    logger.log.info({}, 'first')
    expect(messages()).toEqual(['first'])
    logger.log.error({}, 'second')
    expect(messages()).toEqual(['first', 'second'])
  })

  test('LOG-3 an error is logged with its type, message and stack', () => {
    logger.log.error({ err: new TypeError('broken') }, 'failed')
    expect(linesOf(filePath)).toMatchObject([{ err: { type: 'TypeError', message: 'broken' } }])
    expect(readFileSync(filePath, 'utf8')).toContain('logger.test')
  })

  test('LOG-4 no field, key or message forges a line or reaches a terminal with a control character', () => {
    logger.log.info({ name: HOSTILE, deep: { [HOSTILE]: [HOSTILE] }, err: new Error(HOSTILE) }, HOSTILE)
    logger.log.warn({ user: HOSTILE }, 'x')
    const text = readFileSync(filePath, 'utf8')
    expect(text).not.toMatch(UNSAFE)
    expect(text.split('\n')).toHaveLength(3)
    expect(linesOf(filePath)).toMatchObject([
      { msg: HOSTILE, name: HOSTILE, deep: { [HOSTILE]: [HOSTILE] } },
      { user: HOSTILE },
    ])
  })

  test('LOG-5 letters, emoji and quotes are left as they are', () => {
    const name = 'Zoë "☎" 🦀 न\u094dद C:\\n'
    logger.log.info({ name }, 'x')
    expect(readFileSync(filePath, 'utf8')).toContain('Zoë \\"☎\\" 🦀 न\u094dद C:\\\\n')
    expect(linesOf(filePath)).toMatchObject([{ name }])
  })
})

describe('levels', () => {
  test('LOG-6 setLevel changes what is written from then on', () => {
    const both = (message: string): void => {
      logger.log.debug({}, `debug ${message}`)
      logger.log.info({}, message)
    }
    both('1')
    logger.setLevel('debug')
    both('2')
    logger.setLevel('warn')
    both('3')
    expect(messages()).toEqual(['1', 'debug 2', '2'])
  })
})

describe('secrets', () => {
  test.each(['password_hash', 'password', 'sdp', 'candidate', 'credential', 'secret', 'session_token'])(
    'LOG-7 %s is blotted out at any depth, whatever its value, and the object logged is left alone',
    (name) => {
      const message = { [name]: 'SECRET', other: `kept, as is "${name}": in a text` }
      const blotted = { ...message, [name]: '[redacted]' }
      logger.log.info({ ...message, message }, 'x')
      logger.log.warn({ list: [{ message }] }, 'y')
      logger.log.error({ [name]: { of: ['SECRET'] }, other: 'kept' }, 'z')
      expect(readFileSync(filePath, 'utf8')).not.toContain('SECRET')
      expect(linesOf(filePath)).toMatchObject([
        { ...blotted, message: blotted, msg: 'x' },
        { list: [{ message: blotted }], msg: 'y' },
        { [name]: '[redacted]', other: 'kept', msg: 'z' },
      ])
      expect(message[name]).toBe('SECRET')
    },
  )
})

describe('the file', () => {
  test('LOG-8 it is made with its folder, readable by its owner only, and appended to', () => {
    logger.log.info({}, 'before')
    expect(statSync(filePath).mode & 0o777).toBe(0o600)
    const again = createLogger({ level: 'info', console: false, filePath, pretty: false })
    again.log.info({}, 'after')
    again.close()
    expect(messages()).toEqual(['before', 'after'])
  })

  test('LOG-9 after it was renamed, reopen goes on in a new one', () => {
    logger.log.info({}, 'old')
    const rotated = `${filePath}.1`
    renameSync(filePath, rotated)
    logger.log.info({}, 'still old')
    expect(existsSync(filePath)).toBe(false)
    logger.reopen()
    logger.log.info({}, 'new')
    expect(messages(rotated)).toEqual(['old', 'still old'])
    expect(messages()).toEqual(['new'])
    expect(statSync(filePath).mode & 0o777).toBe(0o600)
  })

  test('LOG-10 where it cannot be reopened, the old one is kept and says so', () => {
    const moved = join(folder, 'moved')
    renameSync(join(folder, 'logs'), moved)
    writeFileSync(join(folder, 'logs'), 'in the way')
    logger.reopen()
    logger.log.info({}, 'after')
    expect(messages(join(moved, 'daemon.log'))).toEqual([
      expect.stringMatching(/^the log file .*daemon\.log cannot be opened: .* Going on in the old one$/),
      'after',
    ])
  })

  test('LOG-11 at start a file that cannot be opened is a StartupError with a cure', () => {
    const create = (): unknown =>
      createLogger({ level: 'info', console: false, filePath: folder, pretty: false })
    expect(create).toThrow(StartupError)
    expect(create).toThrow(
      /^logging\.log_file_path: the log file .* cannot be opened: EISDIR.* Correct the path/,
    )
  })

  test.skipIf(!existsSync('/dev/full'))('LOG-12 a full disk does not throw at whoever logs', () => {
    const full = createLogger({ level: 'info', console: false, filePath: '/dev/full', pretty: false })
    for (let line = 0; line < 100; line++) full.log.info({ filler: 'x'.repeat(20_000) }, 'lost')
    full.close()
  })

  test('LOG-13 a line logged after close is lost quietly, and reopen does not undo it', () => {
    logger.log.info({}, 'kept')
    logger.close()
    logger.log.info({}, 'lost')
    logger.reopen()
    logger.log.info({}, 'lost too')
    expect(messages()).toEqual(['kept'])
  })
})

describe('the console', () => {
  /** What a process with a console logger writes to its standard output. */
  function consoleOutput(pretty: boolean): string {
    const module = pathToFileURL(join(import.meta.dirname, '../../../src/infrastructure/log/logger.ts')).href
    const script = `
      import { createLogger } from ${JSON.stringify(module)}
      const hostile = ${JSON.stringify(HOSTILE)}
      const { log } = createLogger({ level: 'info', console: true, filePath: undefined, pretty: ${String(pretty)} })
      log.info({ port: 8080 }, 'listening')
      log.debug({}, 'not shown')
      log.warn({ field: hostile, deep: { [hostile]: [hostile] }, [hostile]: hostile, password: 'SECRET' }, hostile)
      log.error({ user: hostile, err: Object.assign(new Error(hostile), { code: hostile }) }, 'failed')
      process.exit(0)`
    return execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: join(import.meta.dirname, '../../..'),
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    })
  }

  test('LOG-14 gets the same JSON lines, all of them written before the process exits', () => {
    const output = consoleOutput(false)
    expect(output).not.toMatch(UNSAFE)
    const lines = output.trimEnd().split('\n')
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 'info', port: 8080, msg: 'listening' },
      { level: 'warn', field: HOSTILE, msg: HOSTILE, password: '[redacted]' },
      { level: 'error', user: HOSTILE, msg: 'failed' },
    ])
  })

  test('LOG-15 a terminal gets one unindented line a record, with control characters shown as escapes', () => {
    const output = consoleOutput(true)
    expect(output).not.toMatch(UNSAFE)
    const unindented = output.split('\n').filter((line) => /^\S/.test(line))
    expect(unindented).toHaveLength(3)
    expect(unindented[0]).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening$/)
    expect(unindented[1]).toMatch(
      /^\[.*\] WARN: a\\u000a\[12:00:00\.000\] INFO: forged\\u000d\\u000a.*\\u001b\[2J.*\\u202eb$/,
    )
    expect(unindented[2]).toMatch(/ERROR: failed$/)
    expect(output).toContain('port: 8080')
    expect(output).toContain('[redacted]')
    expect(output).not.toContain('SECRET')
    expect(output).toMatch(/^ +at .*\n +at /m)
  })
})
