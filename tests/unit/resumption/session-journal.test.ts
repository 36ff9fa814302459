import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Log } from '../../../src/application/ports/system/log.ts'
import type {
  Change,
  Dump,
  JournalEntry,
  SessionJournal,
} from '../../../src/application/ports/session-journal.ts'
import { createSessionJournal } from '../../../src/infrastructure/journal/session-journal.ts'
import { randomIds } from '../../../src/infrastructure/system/random-ids.ts'
import { silentLog } from '../../support/house/house.ts'

const WINDOW_MS = 60_000

let directory: string
let path: string
let nowMs: number
let faults: unknown[]
let journal: SessionJournal

function open(survivesCrash = true): SessionJournal {
  const note = (fields: object) => {
    faults.push(fields)
  }
  const log: Log = { ...silentLog, warn: note, error: note }
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs }
  return createSessionJournal({ path, maxAgeMs: WINDOW_MS, survivesCrash, clock, log })
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roomrtc-journal-'))
  path = join(directory, 'sessions.journal')
  nowMs = 1_700_000_000_000
  faults = []
  journal = open()
})

afterEach(async () => {
  await journal.close(nothing)
  await rm(directory, { recursive: true })
})

const alice = { id: randomIds.user(), username: 'älice' }
const bob = { id: randomIds.user(), username: 'bob' }
const ids = { call: randomIds.call(), caller: randomIds.session(), callee: randomIds.session() }

const opened: Change = {
  kind: 'session',
  session: 1,
  id: ids.caller,
  user: alice,
  capabilities: ['resume', 'call_control'],
  tokens: { current: 'hash one', previous: 'hash two' },
  received: 3,
  nextSeq: 7,
  detachedSince: 1_699_999_999_500,
}
const side = { onHold: false, audioMuted: true, videoMuted: false }
const changes: readonly Change[] = [
  opened,
  { kind: 'tokens', session: 1, tokens: { current: 'hash three' } },
  { kind: 'detached', session: 1, since: 12.5 },
  { kind: 'attached', session: 1 },
  { kind: 'acknowledged', session: 1, seq: 8 },
  { kind: 'overflowed', session: 1 },
  {
    kind: 'call',
    call: {
      id: ids.call,
      caller: alice,
      callee: bob,
      phase: 'ringing',
      callerSession: ids.caller,
      since: 5,
      offer: 'v=0\r\n',
    },
  },
  {
    kind: 'call',
    call: {
      id: ids.call,
      caller: alice,
      callee: bob,
      phase: 'active',
      sessions: { caller: ids.caller, callee: ids.callee },
      sides: { caller: side, callee: side },
      since: 5,
      activeSince: 5.5,
      talkedMs: 0.5,
      talkingSince: 6,
    },
  },
  { kind: 'call-ended', id: ids.call },
  { kind: 'ended', session: 1 },
]

const nothing: Dump = () => []
const whole: Dump = (log) => {
  log.changed(opened)
  return [undefined]
}

const hex = (bytes: Buffer): string => bytes.toString('hex')

/** What a new run reads, without the instants at which the writer was alive. */
async function left(): Promise<readonly JournalEntry[] | undefined> {
  const entries = await open().read()
  return entries?.filter(({ kind }) => kind !== 'alive')
}

describe('RESUME-13 the journal of sessions', () => {
  test('has what was taken down as soon as it is released, whatever becomes of the process', async () => {
    await journal.begin(nothing)
    const frame = Buffer.from('a frame, byte for byte: \u0000ÿ')
    for (const change of changes) journal.changed(change)
    journal.owed(1, frame, true)
    const large = Buffer.alloc(3_000_000, 7)
    journal.owed(2, large, false)
    journal.received(1, 4_000_000_000)
    expect(await left()).toEqual([])
    journal.release()
    const entries = await left()
    // Byte by byte, `toEqual` would take seconds.
    expect(
      entries?.map((entry) => (entry.kind === 'owed' ? { ...entry, frame: hex(entry.frame) } : entry)),
    ).toEqual([
      ...changes,
      { kind: 'owed', session: 1, frame: hex(frame), sent: true },
      { kind: 'owed', session: 2, frame: hex(large), sent: false },
      { kind: 'received', session: 1, count: 4_000_000_000 },
    ])
    expect(faults).toEqual([])
  })

  test('is begun with what is there, in the place of what the last run left', async () => {
    await writeFile(`${path}.new`, 'left by a crash')
    await journal.begin(whole)
    journal.changed({ kind: 'ended', session: 1 })
    journal.release()
    expect(await left()).toEqual([opened, { kind: 'ended', session: 1 }])
    const next = open()
    await next.begin(nothing)
    expect(await left()).toEqual([])
    await next.close(nothing)
  })

  test('LIFE-13 is for its owner only', async () => {
    await journal.begin(whole)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await journal.close(whole)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('is written anew once it has grown, and loses nothing of what happens meanwhile', async () => {
    let live = 0
    const frame = Buffer.alloc(100_000, 1)
    // The state is a count here; a dump of it takes many turns.
    const count: Dump = function* (log) {
      for (let piece = 0; piece < 20; piece++) {
        log.owed(9, frame, false)
        yield
      }
      log.received(1, live)
    }
    await journal.begin(count)
    let size = 0
    for (let rewritings = 0; rewritings < 3; live++) {
      journal.received(1, live)
      journal.owed(1, frame, true)
      journal.release()
      const before = size
      size = (await stat(path)).size
      if (size < before) rewritings++
      await new Promise((resolve) => setImmediate(resolve))
    }
    await expect.poll(() => existsSync(`${path}.new`)).toBe(false)
    const entries = (await left()) ?? []
    expect(entries.findLast(({ kind }) => kind === 'received')).toMatchObject({ count: live - 1 })
    expect(faults).toEqual([])
  })

  test('LIFE-12 an end in good order leaves what is there then and nothing else; where that is nothing, no file', async () => {
    await journal.begin(nothing)
    journal.changed({ kind: 'ended', session: 5 })
    await journal.close(whole)
    expect(await left()).toEqual([opened])
    const next = open()
    await next.begin(nothing)
    await next.close(nothing)
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })

  test('without `resume.survive_crash` there is only what an end in good order leaves', async () => {
    const quiet = open(false)
    await quiet.begin(whole)
    quiet.changed(opened)
    quiet.release()
    await expect(stat(path)).rejects.toThrow('ENOENT')
    await quiet.close(whole)
    expect(await left()).toEqual([opened])
  })

  test('LIFE-13 a start that fails before it has taken it up leaves it', async () => {
    await journal.begin(whole)
    await journal.close(whole)
    const failing = open()
    await failing.read()
    await failing.close(nothing)
    expect(await left()).toEqual([opened])
  })

  test('LIFE-14 one that three starts did not survive is passed over', async () => {
    await journal.begin(whole)
    for (let start = 0; start < 3; start++) expect(await open().read()).toBeDefined()
    expect(await open().read()).toBeUndefined()
    expect(faults).toEqual([{ path, cause: '3 starts have not come to an end with it' }])
  })

  test('LIFE-14 a file as old as the window is passed over with a warning; it is as old as the last sign of life in it', async () => {
    await journal.begin(whole)
    nowMs += WINDOW_MS - 1
    expect(await left()).toEqual([opened])
    journal.alive()
    nowMs += WINDOW_MS - 1
    expect(await left()).toEqual([opened])
    nowMs += 1
    expect(await left()).toBeUndefined()
    expect(faults).toEqual([{ path, cause: expect.stringMatching(/^the file is stale/) }])
  })

  test('LIFE-14 LIFE-27 one from the future is taken up: the clock was set back', async () => {
    await journal.begin(whole)
    nowMs -= 3_600_000
    expect(await left()).toEqual([opened])
  })

  test('what a death in the midst of a write has left of a batch is no batch', async () => {
    await journal.begin(nothing)
    for (const change of changes) {
      journal.changed(change)
      journal.release()
    }
    const bytes = await readFile(path)
    for (let length = bytes.length - 1; length > bytes.length - 200; length -= 7) {
      await writeFile(path, bytes.subarray(0, length))
      const entries = (await left()) ?? []
      expect(entries).toEqual(changes.slice(0, entries.length))
      expect(entries.length).toBeGreaterThan(changes.length - 5)
    }
  })

  test.each<[string, string, (bytes: Buffer) => Buffer]>([
    ['empty', 'the file was written by another version, or by somebody else', () => Buffer.alloc(0)],
    [
      'no file of ours',
      'the file was written by another version, or by somebody else',
      () => Buffer.alloc(500, 'x'),
    ],
    [
      'changed by one bit',
      'the file is damaged',
      (bytes) => {
        const changed = Buffer.from(bytes)
        changed.writeUInt8(changed.readUInt8(150) ^ 1, 150)
        return changed
      },
    ],
  ])('LIFE-14 a file that is %s is passed over with a warning', async (_what, cause, damage) => {
    await journal.begin(whole)
    await writeFile(path, damage(await readFile(path)))
    expect(await left()).toBeUndefined()
    expect(faults).toEqual([{ path, cause }])
  })

  test('LIFE-14 what is no file is passed over with a warning', async () => {
    await mkdir(path)
    expect(await left()).toBeUndefined()
    expect(faults).toEqual([{ path, cause: 'it is no regular file' }])
  })

  test('LIFE-14 a disk that takes nothing is told of once, and tried again', async () => {
    await mkdir(`${path}.new`)
    await journal.begin(whole)
    expect(faults).toMatchObject([{ path }])
    journal.changed(opened)
    journal.release()
    await rm(`${path}.new`, { recursive: true })
    nowMs += 10_000
    journal.alive()
    await expect.poll(left).toEqual([opened])
    expect(faults).toHaveLength(1)
  })
})
