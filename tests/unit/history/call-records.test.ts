import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCallDetailLog, type OwnCallDetailLog } from '../../../src/infrastructure/log/cdr-log.ts'
import { type Callers, createCallers, ring } from '../../support/house/callers.ts'
import { silentLog } from '../../support/house/house.ts'
import { comeBack } from '../../support/house/resuming.ts'
import { T } from '../../support/wire/wire.ts'

let directory: string
let path: string
let callDetailLog: OwnCallDetailLog
let house: Callers['house']
let alice: Callers['alice']
let bob: Callers['bob']

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roomrtc-cdr-'))
  path = join(directory, 'records', 'calls.jsonl')
  callDetailLog = createCallDetailLog({ path, log: silentLog })
  ;({ house, alice, bob } = await createCallers({ callDetailLog }))
})

afterEach(async () => {
  callDetailLog.close()
  await rm(directory, { recursive: true })
})

async function records(file = path): Promise<Readonly<Record<string, unknown>>[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
  return lines.map((line): Readonly<Record<string, unknown>> => JSON.parse(line))
}

async function connect(): Promise<string> {
  const call_id = await ring(alice, bob)
  await house.pass(4000)
  await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
  return call_id
}

const told = { rtt_ms: 42, jitter_ms: 3.5, loss_percent: 0.4, bitrate_kbps: 830, score: 5, relayed: false }

test('CDR-1 CDR-2 HIST-10 an answered call is a line, with what its parties told until 5 s after its end', async () => {
  const call_id = await connect()
  await alice.send(T.CALL_QUALITY, { call_id, score: 1 })
  await house.pass(60_000)
  await alice.send(T.CALL_QUALITY, { call_id, ...told })
  await alice.send(T.HANGUP, { call_id })
  await house.pass(4000)
  expect(await records()).toEqual([])
  await bob.send(T.CALL_QUALITY, { call_id, relayed: true })
  expect(bob.take(T.ERROR)).toEqual([])
  await house.pass(1000)
  const [record, ...others] = await records()
  expect(others).toEqual([])
  expect(Object.entries(record ?? {})).toEqual([
    ['call_id', call_id],
    ['caller', { user_id: alice.userId, username: 'alice', transport: 'tcp', quality: told }],
    ['callee', { user_id: bob.userId, username: 'bob', transport: 'tcp', quality: { relayed: true } }],
    ['started_at', '2023-11-14T22:13:20.000Z'],
    ['answered_at', '2023-11-14T22:13:24.000Z'],
    ['ended_at', '2023-11-14T22:14:24.000Z'],
    ['ring_ms', 4000],
    ['duration_ms', 60_000],
    ['outcome', 'answered'],
    ['reason', 'hangup'],
    ['ended_by', 'caller'],
  ])
  const { calls } = house.ports.history.page(
    [...house.ports.history.users()].find((id) => id === bob.userId) ?? expect.fail('no history'),
    { missed: false, limit: 1 },
  )
  expect(calls[0]?.record.quality).toMatchObject({ caller: { rttMs: 42 }, callee: { relayed: true } })
  await bob.send(T.CALL_QUALITY, { call_id, score: 2 })
  expect(bob.take(T.ERROR)[0]?.payload['reason']).toBe('call_not_found')
})

test('CDR-1 CDR-2 a call that was not answered, or refused, is a line at once', async () => {
  await ring(alice, bob)
  await house.pass(30_000)
  await bob.send(T.LOGOUT_REQUEST, {})
  await alice.send(T.CALL_REQUEST, { to_user_id: bob.userId })
  expect(await records()).toMatchObject([
    {
      caller: { transport: 'tcp', quality: null },
      callee: { username: 'bob', transport: null },
      answered_at: null,
      ring_ms: 30_000,
      duration_ms: 0,
      outcome: 'no_answer',
      reason: 'timeout',
      ended_by: 'server',
    },
    { ring_ms: 0, outcome: 'unavailable', reason: 'user_unavailable', callee: { transport: null } },
  ])
})

test('CDR-1 CDR-2 a call that goes on after a restart is a line when it ends, and a stop writes what waits', async () => {
  const call_id = await connect()
  house = await house.restart(1000)
  const back = await comeBack(house, alice, 2)
  await back.client.send(T.HANGUP, { call_id })
  expect(await records()).toEqual([])
  await house.restart()
  expect(await records()).toMatchObject([{ call_id, started_at: '2023-11-14T22:13:20.000Z', ring_ms: 4000 }])
})

test.each<[string, object, string]>([
  ['of another call', { call_id: 'another', score: 3 }, 'call_not_found'],
  ['without a figure', {}, 'invalid_field'],
  ['with a score that is none', { score: 6 }, 'invalid_field'],
  ['with half a point', { score: 2.5 }, 'invalid_field'],
  ['with more loss than packets', { loss_percent: 100.5 }, 'invalid_field'],
  ['with a time below nothing', { rtt_ms: -1 }, 'invalid_field'],
  ['with a word for a number', { jitter_ms: '3' }, 'invalid_field'],
])('HIST-10 CALL_QUALITY %s is refused', async (_, payload, reason) => {
  const call_id = await connect()
  await alice.send(T.CALL_QUALITY, { call_id, ...payload })
  expect(alice.take(T.ERROR)[0]?.payload['reason']).toBe(reason)
})

test('HIST-10 nobody tells of a call of others, nor while it rings', async () => {
  const call_id = await ring(alice, bob)
  await alice.send(T.CALL_QUALITY, { call_id, score: 3 })
  expect(alice.take(T.ERROR)[0]?.payload['reason']).toBe('call_not_found')
  await bob.send(T.CALL_RESPONSE, { call_id, accepted: true })
  const carol = await house.logIn('carol', ['call_control'])
  await carol.send(T.CALL_QUALITY, { call_id, score: 1 })
  expect(carol.take(T.ERROR)[0]?.payload['reason']).toBe('call_not_found')
})

test('CDR-3 the file is for its owner only, and after a rename a new one is begun', async () => {
  await house.pass(0)
  await ring(alice, bob)
  await house.pass(30_000)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await rename(path, `${path}.1`)
  callDetailLog.reopen()
  await ring(alice, bob)
  await house.pass(30_000)
  expect([await records(`${path}.1`), await records()]).toMatchObject([[{}], [{}]])
  expect(() => createCallDetailLog({ path: directory, log: silentLog })).toThrow('logging.cdr_file_path')
})
