import { appendFile, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallHistory } from '../../../src/application/ports/call-history.ts'
import type { CallRecord } from '../../../src/domain/call-record.ts'
import { parseCallId, parseUserId, type UserId } from '../../../src/domain/ids.ts'
import { openCallHistory } from '../../../src/infrastructure/history-file/call-history.ts'
import { createDice, randomSeed } from '../../support/dice.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'

const DAY_MS = 86_400_000
const START_MS = 1_700_000_000_000

let directory: string
let path: string
let time: { nowMs: number }
let spy: ReturnType<typeof createSpyLog>
let opened: CallHistory[]
let limits: { maxEntries: number; maxCalls: number; keepDays: number }

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roomrtc-history-'))
  path = join(directory, 'history.jsonl')
  time = { nowMs: START_MS }
  spy = createSpyLog()
  opened = []
  limits = { maxEntries: 200, maxCalls: 1000, keepDays: 90 }
})

afterEach(async () => {
  for (const history of opened) await history.close()
  await rm(directory, { recursive: true, force: true })
})

/** As a start would, whether or not the last run has come to an end. */
async function open(): Promise<CallHistory> {
  const clock = { wallMs: () => time.nowMs, monotonicMs: () => time.nowMs }
  const history = await openCallHistory({ path, limits, clock, log: spy.log })
  opened.push(history)
  return history
}

function user(name: string): UserId {
  const id = parseUserId(name)
  if (id === undefined) throw new Error('no id')
  return id
}

let calls = 0

/** A call that the callee missed just now. */
function missed(caller: string, callee: string): CallRecord {
  const id = parseCallId(`call-${(calls += 1)}`)
  if (id === undefined) throw new Error('no id')
  const at = time.nowMs
  return {
    id,
    caller: { id: user(caller) },
    callee: { id: user(callee) },
    startedAt: at,
    endedAt: at,
    durationMs: 0,
    reason: 'timeout',
    endedBy: 'server',
  }
}

const BOTH = ['caller', 'callee'] as const

function miss(history: CallHistory, caller: string, callee: string): CallRecord {
  const record = missed(caller, callee)
  history.add(record, BOTH)
  time.nowMs += 1
  return record
}

function pageOf(history: CallHistory, name: string) {
  return history.page(user(name), { missed: false, limit: 10_000 }).calls
}

/** Who has called, the latest first. */
function callersOf(history: CallHistory, name: string): string[] {
  return pageOf(history, name).map(({ record }) => record.caller.id)
}

describe('HIST-7 the file of the history', () => {
  test('has what was told as soon as it is released, whatever becomes of the process', async () => {
    const history = await open()
    miss(history, 'alice', 'bob')
    const second = miss(history, 'carol', 'bob')
    history.markSeen(user('bob'), { call: second.id })
    expect(history.isHolding).toBe(true)
    expect(await readFile(path, 'utf8')).toBe('')
    history.release()
    expect(history.isHolding).toBe(false)
    const next = await open()
    for (const name of ['alice', 'bob', 'carol']) expect(pageOf(next, name)).toEqual(pageOf(history, name))
    expect(next.unseen(user('bob'))).toBe(1)
    expect(spy.lines).toEqual([])
  })

  test('LIFE-13 is for its owner only, and names nobody', async () => {
    const history = await open()
    miss(history, 'alice', 'bob')
    await history.close()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).not.toContain('name')
  })

  test('HIST-9 GUEST-4 has no call with a guest, whose name stays until the end', async () => {
    const history = await open()
    const record = missed('visitor', 'bob')
    history.add({ ...record, caller: { ...record.caller, guestName: 'Mia' } }, ['callee'])
    miss(history, 'alice', 'bob')
    history.markSeen(user('bob'), { upTo: Infinity })
    expect(pageOf(history, 'bob').map(({ record: { caller } }) => caller.guestName)).toEqual([
      undefined,
      'Mia',
    ])
    expect(pageOf(history, 'visitor')).toEqual([])
    await history.close()
    expect(await readFile(path, 'utf8')).not.toMatch(/Mia|visitor/)
    expect(callersOf(await open(), 'bob')).toEqual(['alice'])
  })

  test('whose last line a crash has torn loses just that line', async () => {
    const history = await open()
    miss(history, 'alice', 'bob')
    miss(history, 'carol', 'bob')
    history.release()
    const whole = await readFile(path)
    for (let cut = 1; cut < 40; cut += 13) {
      await writeFile(path, whole.subarray(0, whole.length - cut - 1))
      const next = await open()
      expect(callersOf(next, 'bob')).toEqual(['alice'])
      miss(next, 'dave', 'bob')
      await next.close()
      expect(callersOf(await open(), 'bob')).toEqual(['dave', 'alice'])
    }
    expect(spy.lines[0]).toMatchObject({ path, lines: 1 })
  })

  test('of which a line is damaged keeps the others', async () => {
    const history = await open()
    miss(history, 'alice', 'bob')
    history.release()
    await appendFile(path, '{"kind":"call","record":{"id":"x"}}\n\u0000\u0001\n{"kind":"later"}\n')
    miss(history, 'carol', 'bob')
    history.release()
    expect(callersOf(await open(), 'bob')).toEqual(['carol', 'alice'])
    expect(spy.lines[0]).toMatchObject({ lines: 3 })
  })

  test('that is none stops the start, and says which', async () => {
    await rename(directory, `${directory}-away`)
    await expect(open()).resolves.toBeDefined()
    await rename(`${directory}-away`, directory)
    path = directory
    await expect(open()).rejects.toThrow(
      `${directory}: the call history cannot be read: it is no regular file`,
    )
    path = join(directory, 'history.jsonl')
  })

  test('is written anew once it has grown, and loses nothing of what happens meanwhile', async () => {
    limits = { ...limits, maxCalls: 2000 }
    const history = await open()
    let size = 0
    for (let rewritings = 0; rewritings < 2;) {
      for (let i = 0; i < 100; i++) miss(history, `caller-${i}`, `callee-${calls % 70}`)
      history.release()
      const before = size
      size = (await stat(path)).size
      if (size < before) rewritings += 1
      await new Promise((resolve) => setImmediate(resolve))
    }
    await expect.poll(() => stat(`${path}.new`).catch(() => 'gone')).toBe('gone')
    const next = await open()
    expect(next.size).toBe(2000)
    for (let i = 0; i < 70; i++) expect(pageOf(next, `callee-${i}`)).toEqual(pageOf(history, `callee-${i}`))
  })

  test('that could not be written is written again later, with all that there is', async () => {
    const history = await open()
    miss(history, 'alice', 'bob')
    history.forget(user('alice'))
    await rename(directory, `${directory}-away`)
    time.nowMs += 3_600_000
    history.tick()
    await expect.poll(() => spy.lines.length).toBe(1)
    expect(spy.lines[0]?.message).toContain('the call history cannot be written')
    miss(history, 'carol', 'bob')
    await rename(`${directory}-away`, directory)
    time.nowMs += 10_000
    history.tick()
    await expect.poll(() => readFile(path, 'utf8')).toContain('carol')
    expect(callersOf(await open(), 'bob')).toEqual(['carol', 'alice'])
  })
})

describe('HIST-6 how much is kept', () => {
  test('of each account: of whom there is most, the oldest goes', async () => {
    limits = { ...limits, maxEntries: 5 }
    const history = await open()
    for (const caller of ['friend', 'pest', 'friend', 'boss']) miss(history, caller, 'bob')
    for (let i = 0; i < 100; i++) miss(history, 'pest', 'bob')
    expect(callersOf(history, 'bob')).toEqual(['pest', 'pest', 'boss', 'friend', 'friend'])
    expect(pageOf(history, 'pest')).toHaveLength(5)
    history.release()
    expect(callersOf(await open(), 'bob')).toEqual(callersOf(history, 'bob'))
  })

  test('of all accounts together: the oldest go', async () => {
    limits = { ...limits, maxCalls: 10 }
    const history = await open()
    for (let i = 0; i < 15; i++) miss(history, `a-${i}`, `b-${i}`)
    expect(history.size).toBe(10)
    expect([...history.users()]).toHaveLength(20)
    expect(pageOf(history, 'b-4')).toEqual([])
    expect(pageOf(history, 'b-5')).toHaveLength(1)
  })

  test('for so many days, at a start and while it runs; then it leaves the file', async () => {
    limits = { ...limits, keepDays: 2 }
    const history = await open()
    miss(history, 'alice', 'bob')
    time.nowMs += DAY_MS
    miss(history, 'carol', 'bob')
    history.tick()
    expect(callersOf(history, 'bob')).toEqual(['carol', 'alice'])
    time.nowMs += DAY_MS
    history.tick()
    expect(callersOf(history, 'bob')).toEqual(['carol'])
    await expect.poll(() => readFile(path, 'utf8')).not.toContain('alice')
    time.nowMs += DAY_MS
    expect(callersOf(await open(), 'bob')).toEqual([])
  })

  test('none, where none is wanted', async () => {
    limits = { ...limits, maxEntries: 0 }
    const history = await open()
    miss(history, 'alice', 'bob')
    expect([history.size, [...history.users()], history.unseen(user('bob'))]).toEqual([0, [], 0])
  })
})

describe('HIST-8 an account that is gone', () => {
  test('is forgotten at once, and out of the file within an hour', async () => {
    const history = await open()
    miss(history, 'alice', 'bob')
    miss(history, 'carol', 'alice')
    history.forget(user('alice'))
    history.forget(user('nobody'))
    expect(pageOf(history, 'alice')).toEqual([])
    expect(callersOf(history, 'bob')).toEqual(['alice'])
    history.release()
    expect(pageOf(await open(), 'alice')).toEqual([])
    history.forget(user('bob'))
    time.nowMs += 3_600_000
    history.tick()
    await expect.poll(() => readFile(path, 'utf8')).not.toContain('bob')
  })
})

test('HIST-7 after whatever has happened, the next run finds what this one has', async () => {
  const dice = createDice(randomSeed())
  limits = { maxEntries: 4, maxCalls: 12, keepDays: 90 }
  const people = ['alice', 'bob', 'carol', 'dave', 'eve']
  let history = await open()
  for (let step = 0; step < 400; step++) {
    const [one, other] = [dice.pick(people), dice.pick(people)]
    const what = dice.between(0, 19)
    if (what < 12 && one !== other) {
      const record = missed(one, other)
      history.add(
        dice.between(0, 2) === 0 ? { ...record, answeredAt: record.startedAt, reason: 'hangup' } : record,
        dice.between(0, 4) === 0 ? ['callee'] : BOTH,
      )
    } else if (what < 15) {
      const call = pageOf(history, one)[0]?.record.id
      if (call !== undefined) history.markSeen(user(one), { call })
    } else if (what === 15) history.markSeen(user(one), { upTo: time.nowMs - dice.between(0, 49) })
    else if (what === 16) history.forget(user(one))
    else if (what === 17) {
      history.release()
      const next = await open()
      for (const name of people)
        expect([pageOf(next, name), next.unseen(user(name))], `seed ${dice.seed}`).toEqual([
          pageOf(history, name),
          history.unseen(user(name)),
        ])
      history = next
    } else time.nowMs += dice.between(0, 4)
  }
})
