import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { SecurityEvent } from '../../../src/application/ports/security-log.ts'
import { StartupError } from '../../../src/application/ports/system/startup-error.ts'
import { parseUserId } from '../../../src/domain/ids.ts'
import { createSecurityLog } from '../../../src/infrastructure/log/security-log.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'

const ends = endsAfterEach()
const line = z.record(z.string(), z.unknown())
let path = ''
let now = 0

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'roomrtc-security-'))
  ends.push(() => {
    rmSync(folder, { recursive: true })
  })
  path = join(folder, 'logs', 'security.log')
  now = 0
})

function open(spied = createSpyLog()) {
  const clock = { monotonicMs: () => now, wallMs: () => 1_700_000_000_000 + now }
  const log = createSecurityLog({ path, clock, log: spied.log })
  ends.push(() => {
    log.close()
  })
  return log
}

const text = (at = path) => readFileSync(at, 'utf8')
const lines = (at = path) =>
  text(at)
    .split('\n')
    .flatMap((one) => (one === '' ? [] : [line.parse(JSON.parse(one))]))

const refused = (address: string): SecurityEvent => ({
  event: 'login_refused',
  reason: 'invalid_credentials',
  address,
})

describe('lines', () => {
  test('SEC-1 one of JSON for each event, in the file at once, which is for its owner only', () => {
    const log = open()
    log.write({ ...refused('192.0.2.7'), userId: parseUserId('6e268948-fa4d-4fe8-b74b-9c9638e7630e') })
    expect(text()).toBe(
      '{"time":"2023-11-14T22:13:20.000Z","event":"login_refused","reason":"invalid_credentials","address":"192.0.2.7","user_id":"6e268948-fa4d-4fe8-b74b-9c9638e7630e"}\n',
    )
    expect(statSync(path).mode & 0o777).toBe(0o600)
    log.write({
      event: 'session_replaced',
      reason: 'logged_in_elsewhere',
      address: '192.0.2.7',
      previousAddress: '192.0.2.8',
    })
    log.write({ event: 'administration', reason: 'done', action: 'drain', by: 'control socket' })
    log.write({ event: 'account', reason: 'done', action: 'delete account', address: '192.0.2.7' })
    expect(lines().slice(1)).toEqual([
      expect.objectContaining({ event: 'session_replaced', previous_address: '192.0.2.8' }),
      expect.objectContaining({ event: 'administration', action: 'drain', by: 'control socket' }),
      expect.objectContaining({ event: 'account', action: 'delete account' }),
    ])
  })

  test('SEC-1 a file that cannot be opened stops the start, and the key is named', () => {
    path = tmpdir()
    expect(() => open()).toThrow(StartupError)
    try {
      open()
    } catch (error) {
      expect(error).toMatchObject({ faults: [expect.stringContaining('logging.security_log_file_path: ')] })
    }
  })

  test('SEC-9 after it was renamed it goes on in a new one, and where that cannot be in the old one', () => {
    const spied = createSpyLog()
    const log = open(spied)
    log.write(refused('192.0.2.1'))
    renameSync(path, `${path}.1`)
    log.reopen()
    log.write(refused('192.0.2.2'))
    expect(lines(`${path}.1`)).toMatchObject([{ address: '192.0.2.1' }])
    expect(lines()).toMatchObject([{ address: '192.0.2.2' }])
    rmSync(path)
    path = join(path, 'not a directory')
    expect(spied.lines).toEqual([])
  })
})

describe('a flood', () => {
  test('SEC-8 of one address leaves ten lines a minute, and one with how many there were besides', () => {
    const log = open()
    for (let i = 0; i < 1000; i++) log.write(refused('192.0.2.7'))
    log.write(refused('192.0.2.8'))
    expect(lines()).toHaveLength(11)
    now = 59_999
    log.tick(now)
    expect(lines()).toHaveLength(11)
    now = 60_000
    log.tick(now)
    log.tick(now)
    expect(lines().slice(11)).toEqual([
      {
        time: expect.any(String),
        event: 'login_refused',
        reason: 'summed_up',
        address: '192.0.2.7',
        count: 990,
      },
    ])
    log.write(refused('192.0.2.7'))
    expect(lines()).toHaveLength(13)
  })

  test('SEC-8 of very many addresses leaves 300 lines a minute, a line for each that had some, and one for the rest', () => {
    const log = open()
    for (let round = 0; round < 20; round++)
      for (let i = 0; i < 500; i++) log.write(refused(`198.51.100.${i}`))
    expect(lines()).toHaveLength(300)
    now = 60_000
    log.tick(now)
    const sums = lines().slice(300)
    expect(sums).toHaveLength(301)
    expect(sums.reduce((sum, { count }) => sum + Number(count), 0)).toBe(20 * 500 - 300)
    expect(sums.at(-1)).toEqual({
      time: expect.any(String),
      event: 'login_refused',
      reason: 'summed_up',
      count: 20 * 200,
    })
  })

  test('SEC-8 of one kind leaves the others alone, and administration is written whole', () => {
    const log = open()
    for (let i = 0; i < 400; i++) log.write(refused(`198.51.100.${i}`))
    log.write({ event: 'ban', reason: 'flooding', address: '198.51.100.1' })
    for (let i = 0; i < 400; i++)
      log.write({ event: 'administration', reason: 'done', action: 'bans add', by: 'control socket' })
    const events = lines().map(({ event }) => event)
    expect(events.filter((event) => event === 'ban')).toHaveLength(1)
    expect(events.filter((event) => event === 'administration')).toHaveLength(400)
  })

  test('SEC-8 what was withheld is summed up when the log is closed', () => {
    const log = open()
    for (let i = 0; i < 12; i++) log.write(refused('192.0.2.7'))
    log.close()
    expect(lines().at(-1)).toMatchObject({ reason: 'summed_up', count: 2 })
  })
})
