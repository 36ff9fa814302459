import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Log } from '../../src/application/ports/log.ts'
import type { SessionArchive, Snapshot } from '../../src/application/ports/session-archive.ts'
import { createSessionsFile } from '../../src/infrastructure/sessions-file.ts'
import { randomIds } from '../../src/infrastructure/random-ids.ts'
import { silentLog } from '../support/house.ts'

const WINDOW_MS = 60_000

let directory: string
let path: string
let nowMs: number
let warnings: unknown[]
let archive: SessionArchive

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roomrtc-sessions-'))
  path = join(directory, 'sessions.jsonl')
  nowMs = 1_700_000_000_000
  warnings = []
  const log: Log = {
    ...silentLog,
    warn: (fields) => {
      warnings.push(fields)
    },
  }
  const clock = { wallMs: () => nowMs, monotonicMs: () => 0 }
  archive = createSessionsFile({ path, maxAgeMs: WINDOW_MS, clock, log })
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

function createSnapshot(): Snapshot {
  const alice = { id: randomIds.user(), username: 'älice' }
  const bob = { id: randomIds.user(), username: 'bob' }
  const carol = { id: randomIds.user(), username: 'carol' }
  const dave = { id: randomIds.user(), username: 'dave' }
  const session = (user: typeof alice) => ({
    id: randomIds.session(),
    user,
    detachedSince: nowMs - 500,
    capabilities: ['resume', 'call_control'],
    tokens: { current: 'hash one' },
    received: 3,
    outbox: {
      firstSeq: 7,
      messages: [
        { code: 13, text: '{"sdp":"v=0\\r\\nä"}' },
        { code: 16, text: '{}' },
      ],
    },
  })
  const muted = { onHold: false, audioMuted: true, videoMuted: false }
  const held = { onHold: true, audioMuted: false, videoMuted: true }
  const sides = { caller: muted, callee: held }
  return {
    sessions: [session(alice), { ...session(bob), tokens: { current: 'hash two', previous: 'hash three' } }],
    calls: [
      { id: randomIds.call(), caller: alice, callee: bob, phase: 'ringing', since: nowMs, offer: 'v=0\r\n' },
      { id: randomIds.call(), caller: carol, callee: dave, phase: 'active', sides, talkedMs: 12.5 },
      {
        id: randomIds.call(),
        caller: dave,
        callee: carol,
        phase: 'active',
        sides,
        talkedMs: 0,
        talkingSince: 5,
      },
    ],
  }
}

describe('the sessions file', () => {
  test('LIFE-13 what was saved is there once, whole, and then the file is gone', async () => {
    const snapshot = createSnapshot()
    await archive.save(snapshot)
    expect(await archive.take()).toMatchObject(snapshot)
    await expect(stat(path)).rejects.toThrow('ENOENT')
    expect(await archive.take()).toBeUndefined()
    expect(warnings).toEqual([])
  })

  test('LIFE-13 it is for its owner only, and takes the place of an older one', async () => {
    await writeFile(`${path}.new`, 'left by a crash', { mode: 0o644 })
    await writeFile(path, 'older', { mode: 0o644 })
    const snapshot = createSnapshot()
    await archive.save(snapshot)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await writeFile(`${path}.new`, 'left by a stop that was cut short')
    expect(await archive.take()).toMatchObject(snapshot)
    await expect(stat(`${path}.new`)).rejects.toThrow('ENOENT')
  })

  test('LIFE-13 nothing to keep is kept as well', async () => {
    await archive.save({ sessions: [], calls: [] })
    expect(await archive.take()).toMatchObject({ sessions: [], calls: [] })
  })

  test('LIFE-14 a file as old as the window is passed over with a warning, and deleted', async () => {
    await archive.save(createSnapshot())
    nowMs += WINDOW_MS
    expect(await archive.take()).toBeUndefined()
    expect(warnings).toEqual([{ path, cause: expect.stringMatching(/^the file is stale/) }])
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })

  test('LIFE-14 LIFE-27 one a little less old is taken up, and so is one from the future: the clock was set back', async () => {
    for (const ageMs of [WINDOW_MS - 1, 1 - WINDOW_MS, -3_600_000]) {
      await archive.save({ sessions: [], calls: [] })
      nowMs += ageMs
      expect(await archive.take()).toBeDefined()
    }
    expect(warnings).toEqual([])
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['longer than it was', (bytes) => Buffer.concat([bytes, Buffer.from('{}\n')])],
    ['no file of ours', () => Buffer.from('x'.repeat(500))],
    [
      'changed by one bit',
      (bytes) => {
        const changed = Buffer.from(bytes)
        changed.writeUInt8(changed.readUInt8(200) ^ 1, 200)
        return changed
      },
    ],
  ])('LIFE-14 a file that is %s is passed over with a warning, and deleted', async (_what, damage) => {
    await archive.save(createSnapshot())
    await writeFile(path, damage(await readFile(path)))
    expect(await archive.take()).toBeUndefined()
    expect(warnings).toEqual([{ path, cause: 'the file is damaged' }])
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })

  test('LIFE-14 a file of another version is passed over with a warning', async () => {
    const body = '{"version":2,"savedAt":1700000000000}\n'
    await writeFile(path, `${body}${createHash('sha256').update(body).digest('hex')}\n`)
    expect(await archive.take()).toBeUndefined()
    expect(warnings).toEqual([{ path, cause: expect.stringMatching(/another version/) }])
  })

  test('LIFE-14 a file that cannot be read is passed over with a warning', async () => {
    const clock = { wallMs: () => nowMs, monotonicMs: () => 0 }
    const log: Log = {
      ...silentLog,
      warn: (fields) => {
        warnings.push(fields)
      },
    }
    const folder = createSessionsFile({ path: directory, maxAgeMs: WINDOW_MS, clock, log })
    expect(await folder.take()).toBeUndefined()
    expect(warnings).toEqual([{ path: directory, cause: expect.stringContaining('EISDIR') }])
  })
})
