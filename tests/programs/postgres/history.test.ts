import { describe, expect, onTestFinished, test } from 'vitest'
import type { CallHistory } from '../../../src/application/ports/call-history.ts'
import type { CallRecord } from '../../../src/domain/call-record.ts'
import { parseCallId, parseUserId, type UserId } from '../../../src/domain/ids.ts'
import { account } from '../../unit/users-file/rig.ts'
import { canRun } from '../program.ts'
import { type Logged, openAll } from './rig.ts'
import { PASSWORD, postgresServer } from './server.ts'

const START_MS = 1_700_000_000_000
const DAY_MS = 86_400_000
const BOTH = ['caller', 'callee'] as const

function user(name: string): UserId {
  const id = parseUserId(name)
  if (id === undefined) throw new Error('no id')
  return id
}
const [alice, bob] = [user('alice'), user('bob')]

let calls = 0

/** A call that the callee missed. */
function missed(caller: UserId = alice, callee: UserId = bob, at = START_MS + calls): CallRecord {
  const id = parseCallId(`call-${(calls += 1)}`)
  if (id === undefined) throw new Error('no id')
  const when = { startedAt: at, endedAt: at, durationMs: 0 }
  return { id, caller: { id: caller }, callee: { id: callee }, ...when, reason: 'timeout', endedBy: 'server' }
}

/** As a process has it; closed when the test ends. */
async function open(url: string, more: { maxEntries?: number; nowMs?: number; logged?: Logged[] } = {}) {
  const { maxEntries = 200, nowMs = START_MS, logged = [] } = more
  const { openHistory } = await openAll(url, { logged })
  const history = await openHistory({
    limits: { maxEntries, maxCalls: 1000, keepDays: 90 },
    clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
  })
  onTestFinished(() => history.close())
  return history
}

const shown = (history: CallHistory, of = bob) =>
  history.page(of, { missed: false, limit: 1000 }).calls.map(({ record, seen }) => [record.id, seen])

describe.skipIf(!canRun('initdb', 'postgresql'))('the call history in PostgreSQL', () => {
  const server = postgresServer()
  const fresh = () => server().createDatabase()

  test('SQL-12 HIST-3 is there after a start, and at every other process a moment later', async () => {
    const url = await fresh()
    const [here, there] = [await open(url), await open(url)]
    const records = Array.from({ length: 30 }, () => missed())
    for (const record of records) here.add(record, BOTH)
    const newestFirst = records.map(({ id }) => [id, false]).toReversed()
    expect(shown(here)).toEqual(newestFirst)
    await expect.poll(() => shown(there)).toEqual(newestFirst)
    expect(there.unseen(bob)).toBe(30)
    there.markSeen(bob, { upTo: Infinity })
    await expect.poll(() => here.unseen(bob)).toBe(0)
    const [first] = records
    if (first === undefined) throw new Error('no call')
    const quality = { caller: { score: 4 } }
    here.amend({ ...first, quality })
    await expect
      .poll(() => there.page(alice, { missed: false, limit: 100 }).calls.at(-1)?.record.quality)
      .toEqual(quality)
    await here.close()
    const later = await open(url)
    expect(shown(later)).toEqual(shown(there))
    expect(shown(later)).toEqual(newestFirst.map(([id]) => [id, true]))
  })

  test('SQL-12 HIST-8 what is forgotten, dropped for want of room or too old is gone everywhere, and does not come back', async () => {
    const url = await fresh()
    const [here, there] = [await open(url, { maxEntries: 3 }), await open(url, { maxEntries: 3 })]
    const records = Array.from({ length: 5 }, () => missed())
    for (const record of records) here.add(record, BOTH)
    const left = records.slice(2).map(({ id }) => [id, false])
    await expect.poll(() => shown(there)).toEqual(left.toReversed())
    here.forget(bob)
    await expect.poll(() => shown(there)).toEqual([])
    expect(shown(there, alice)).toHaveLength(3)
    await here.close()
    const later = await open(url)
    expect([shown(later), shown(later, alice).length]).toEqual([[], 3])
    const old = await open(url, { nowMs: START_MS + 91 * DAY_MS })
    expect(shown(old, alice)).toEqual([])
    expect(await server().sql(url, 'SELECT count(*)::int AS n FROM roomrtc.calls')).toEqual([{ n: 0 }])
  })

  test('SQL-12 nobody loses a history whose account is there, though a process has not heard of it yet', async () => {
    const url = await fresh()
    const { users, openHistory } = await openAll(url)
    await users.insertIfAbsent({ ...account('bob', bob) })
    const clock = { wallMs: () => START_MS, monotonicMs: () => START_MS }
    const history = await openHistory({ limits: { maxEntries: 9, maxCalls: 9, keepDays: 9 }, clock })
    const record = missed()
    history.add(record, BOTH)
    for (const one of [alice, bob]) history.forget(one)
    await history.close()
    const later = await open(url)
    expect([shown(later), shown(later, alice)]).toEqual([[[record.id, false]], []])
  })

  test('SQL-3 SQL-12 what happens while the database is away is shown, and written when it is back', async () => {
    const url = await fresh()
    const logged: Logged[] = []
    const [here, there] = [await open(url, { logged }), await open(url)]
    const [before, during] = [missed(), missed()]
    here.add(before, BOTH)
    await expect.poll(() => shown(there)).toHaveLength(1)
    await server().whileAway(async () => {
      here.add(during, BOTH)
      here.markSeen(bob, { call: before.id })
      await expect.poll(() => logged.map(({ text }) => text).join()).toContain('the database cannot be used')
      expect(shown(here)).toEqual([
        [during.id, false],
        [before.id, true],
      ])
    })
    for (const one of [here, there])
      await expect
        .poll(() => shown(one))
        .toEqual([
          [during.id, false],
          [before.id, true],
        ])
    expect(JSON.stringify(logged)).not.toContain(PASSWORD)
  })

  test('SQL-12 GUEST-4 nothing of a guest is in the table', async () => {
    const url = await fresh()
    const history = await open(url)
    history.add({ ...missed(), caller: { id: user('guest-1'), guestName: 'Visitor' } }, ['callee'])
    const account = missed()
    history.add(account, BOTH)
    await history.close()
    expect(await server().sql(url, 'SELECT id FROM roomrtc.calls')).toEqual([{ id: account.id }])
  })
})
