import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { logIn, type RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const ALL = ['resume', 'call_control', 'ice_servers', 'goaway', 'account']

const { afterwards, connect } = visits()

async function start(cwd?: string, further: object = {}): Promise<SpawnedDaemon> {
  const config = { security: { bcrypt_cost: 4 }, server: { reconnect_after_ms: 7 }, ...further }
  const daemon = await spawnDaemon(cwd === undefined ? { config } : { config, cwd })
  if (cwd === undefined) {
    afterwards(() => {
      rmSync(daemon.cwd, { recursive: true, force: true })
    })
  }
  afterwards(() => daemon.stop('SIGKILL'))
  return daemon
}

/** Logs in anew to learn the token, which `setUpCall` has passed over. */
async function tokenOf(client: RawClient, username: string): Promise<string> {
  client.send(T.LOGIN_REQUEST, { username, password_hash: `secret of ${username}` })
  return String((await client.next(T.LOGIN_RESPONSE)).payload['session_token'])
}

async function resume(client: RawClient, session_token: string, last_seq: number) {
  client.send(T.RESUME, { session_token, last_seq })
  return (await client.next(T.RESUMED)).payload
}

const warnings = (daemon: SpawnedDaemon) =>
  daemon.lines.flatMap(({ level, msg, cause }) =>
    level === 'warn' ? [`${String(msg)}: ${String(cause)}`] : [],
  )

test('LIFE-11 LIFE-12 LIFE-13 a call of two who can resume outlives SIGTERM and a new process', async () => {
  const first = await start()
  const [alice, bob] = [await connect(first, ALL), await connect(first, ALL)]
  const { callerId, calleeId, call_id } = await setUpCall(alice, bob)
  const tokens = [await tokenOf(alice, 'alice'), await tokenOf(bob, 'bob')] as const
  bob.send(T.CALL_UPDATE, { call_id, audio_muted: true })
  await alice.next(T.CALL_UPDATE)
  // Kept for alice, who goes before it comes.
  await alice.close()
  await bob.next(T.PEER_STATE)
  const candidate = {
    candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host',
    sdp_mid: '0',
    sdp_mline_index: 0,
  }
  bob.send(T.ICE_CANDIDATE, { call_id, to_user_id: callerId, ...candidate })
  await bob.drain()

  const stopped = first.stop()
  expect((await bob.next(T.GOAWAY)).payload).toEqual({ reason: 'shutting_down', reconnect_after_ms: 7 })
  expect((await bob.untilClosed()).map(({ type }) => type)).not.toContain(T.ERROR)
  expect(await stopped).toBe(0)
  const file = join(first.cwd, 'sessions.journal')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const saved = readFileSync(file, 'utf8')
  for (const token of tokens) expect(saved).not.toContain(token)
  expect(JSON.stringify(first.lines)).not.toMatch(new RegExp(tokens.join('|')))

  const second = await start(first.cwd)
  const again = [await connect(second, ALL), await connect(second, ALL)] as const
  const resumed = await resume(again[0], tokens[0], 3)
  expect(resumed).toMatchObject({
    user_id: callerId,
    replayed: 1,
    received: 1,
    call: {
      call_id,
      phase: 'active',
      role: 'caller',
      peer_state: 'reconnecting',
      peer: { audio_muted: true },
    },
  })
  expect((await again[0].next(T.ICE_CANDIDATE)).payload).toMatchObject({ ...candidate, seq: 4 })
  expect((await again[0].next(T.USER_LIST_RESPONSE)).payload['users']).toEqual([
    { user_id: callerId, username: 'alice', state: 'Busy' },
    { user_id: calleeId, username: 'bob', state: 'Busy' },
  ])
  expect(await resume(again[1], tokens[1], 2)).toMatchObject({ replayed: 1, received: 3, call: { call_id } })
  expect((await again[1].next(T.PEER_STATE)).payload).toMatchObject({ state: 'connected', seq: 3 })
  expect((await again[0].next(T.PEER_STATE)).payload).toMatchObject({ state: 'connected' })

  again[0].send(T.SDP_OFFER, { call_id, to_user_id: calleeId, sdp: 'after the restart' })
  expect((await again[1].next(T.SDP_OFFER)).payload).toMatchObject({ sdp: 'after the restart' })
  again[1].send(T.HANGUP, { call_id })
  const end = (await again[0].next(T.HANGUP)).payload
  expect(end).toMatchObject({ call_id, reason: 'hangup', duration_ms: expect.any(Number) })
})

test('LIFE-29 nobody is told at SIGTERM of the end of a call with a party that cannot resume', async () => {
  const first = await start()
  const [alice, bob] = [await connect(first), await connect(first, ALL)]
  await setUpCall(alice, bob)
  const token = await tokenOf(bob, 'bob')
  await alice.drain()
  const stopped = first.stop()
  expect((await alice.untilClosed()).map(({ type }) => type)).toEqual([T.ERROR])
  expect((await bob.untilClosed()).map(({ type }) => type)).not.toContain(T.HANGUP)
  expect(await stopped).toBe(0)

  const again = await connect(await start(first.cwd), ALL)
  expect(await resume(again, token, 1)).toMatchObject({ call: null, replayed: 0 })
})

test('LIFE-29 LIFE-1 with drain.hang_up_unresumable_calls it ends at SIGTERM, for both', async () => {
  const first = await start(undefined, { drain: { hang_up_unresumable_calls: true } })
  const [alice, bob] = [await connect(first), await connect(first, ALL)]
  const { call_id } = await setUpCall(alice, bob)
  const token = await tokenOf(bob, 'bob')
  const stopped = first.stop()
  expect((await alice.next(T.HANGUP)).payload).toEqual({ call_id, reason: 'shutdown' })
  expect((await alice.next(T.ERROR)).payload).toMatchObject({ code: 503, reason: 'shutting_down' })
  expect((await bob.next(T.HANGUP)).payload).toMatchObject({ call_id, reason: 'shutdown' })
  expect(await stopped).toBe(0)

  const second = await start(first.cwd)
  const again = await connect(second, ALL)
  expect(await resume(again, token, 0)).toMatchObject({ call: null, replayed: 2 })
})

test('LIFE-14 a session whose account is gone is dropped, and its call ends for the other party', async () => {
  const first = await start()
  const [alice, bob] = [await connect(first, ALL), await connect(first, ALL)]
  const { call_id, callerId } = await setUpCall(alice, bob)
  const tokens = [await tokenOf(alice, 'alice'), await tokenOf(bob, 'bob')] as const
  expect(await first.stop()).toBe(0)
  const accounts = join(first.cwd, 'users.txt')
  const kept = readFileSync(accounts, 'utf8').split('\n')
  writeFileSync(accounts, kept.filter((line) => !line.startsWith(callerId)).join('\n'))

  const second = await start(first.cwd)
  const [alices, bobs] = [await connect(second, ALL), await connect(second, ALL)]
  expect(second.lines).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      passed_over: 1,
      msg: expect.stringMatching(/accounts that are gone/),
    }),
  )
  alices.send(T.RESUME, { session_token: tokens[0], last_seq: 0 })
  expect((await alices.next(T.RESUME_REFUSED)).payload).toEqual({ reason: 'unknown' })
  expect(await resume(bobs, tokens[1], 1)).toMatchObject({ call: null, replayed: 1 })
  expect((await bobs.next(T.HANGUP)).payload).toMatchObject({ call_id, reason: 'shutdown', seq: 2 })
})

test('LIFE-13 a start that fails leaves the sessions for a later one', async () => {
  const first = await start()
  const alice = await connect(first, ALL)
  await logIn(alice, 'alice')
  const token = await tokenOf(alice, 'alice')
  expect(await first.stop()).toBe(0)

  const taken = createServer().listen(0, '127.0.0.1')
  afterwards(() => new Promise((closed) => taken.close(closed)))
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await expect(spawnDaemon({ cwd: first.cwd, config: { server: { port } } })).rejects.toThrow('cannot listen')

  const again = await connect(await start(first.cwd), ALL)
  expect(await resume(again, token, 0)).toMatchObject({ username: 'alice' })
})

test('LIFE-14 LIFE-1 sessions that cannot be saved are told of in the log, and the stop goes on', async () => {
  const daemon = await start(undefined, { resume: { survive_crash: false } })
  const alice = await connect(daemon, ALL)
  await logIn(alice, 'alice')
  mkdirSync(join(daemon.cwd, 'sessions.journal.new'))
  expect(await daemon.stop()).toBe(0)
  expect((await alice.untilClosed()).map(({ type }) => type)).toContain(T.GOAWAY)
  const errors = daemon.lines.filter(({ level }) => level === 'error').map(({ msg }) => msg)
  expect(errors).toEqual(['the sessions could not be saved: they end here'])
  expect(readdirSync(daemon.cwd).filter((name) => name.includes('lock'))).toEqual([])
})

test('LIFE-14 a damaged file is passed over with a warning, and everybody can log in', async () => {
  const first = await start()
  const alice = await connect(first, ALL)
  await logIn(alice, 'alice')
  const token = await tokenOf(alice, 'alice')
  expect(await first.stop()).toBe(0)
  const file = join(first.cwd, 'sessions.journal')
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
  writeFileSync(file, bytes)

  const second = await start(first.cwd)
  expect(warnings(second)).toEqual(['the sessions of the last run are not taken up: the file is damaged'])
  const again = await connect(second, ALL)
  again.send(T.RESUME, { session_token: token, last_seq: 0 })
  expect((await again.next(T.RESUME_REFUSED)).payload).toEqual({ reason: 'unknown' })
  expect(await tokenOf(again, 'alice')).not.toBe(token)
})
