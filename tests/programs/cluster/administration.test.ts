import { rm } from 'node:fs/promises'
import { type Client, connect } from 'roomrtc-client'
import { roomsOf } from 'roomrtc-client/rooms'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import {
  callsAnswer,
  nodesAnswer,
  roomAnswer,
  sessionsAnswer,
} from '../../../src/transport/control/answers.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { samplesOf } from '../../support/metrics.ts'
import { ctl } from '../../support/programs/control.ts'
import { startRedis } from '../../support/programs/redis-server.ts'
import { logged, spawnDaemon, type SpawnedDaemon } from '../../support/programs/spawned-daemon.ts'
import { postgresServer } from '../postgres/server.ts'

interface Node {
  readonly daemon: SpawnedDaemon
  readonly metrics: () => Promise<ReadonlyMap<string, number>>
}

const PEOPLE = ['alice', 'bob', 'carol', 'dave'] as const

const postgres = postgresServer()
const ends = endsAfterEach()
/** For what all tests share. */
const whole: (() => unknown)[] = []
let a: Node
let b: Node

beforeAll(async () => {
  const redis = await startRedis(whole)
  const database = await postgres().createDatabase()
  const start = async (node_name: string): Promise<Node> => {
    const daemon = await spawnDaemon({
      config: {
        cluster: { redis_url: redis.url, node_name },
        persistence: { postgres_url: database },
        security: { bcrypt_cost: 4 },
        http: {},
      },
    })
    whole.push(async () => {
      await daemon.stop()
      await rm(daemon.cwd, { recursive: true, force: true })
    })
    const port = Number(logged(daemon, 'listening')[0]?.['http_port'])
    return {
      daemon,
      metrics: async () => samplesOf(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
    }
  }
  a = await start('a')
  b = await start('b')
  const newcomer = await connect(`tcp://127.0.0.1:${a.daemon.port}`)
  for (const username of PEOPLE) await newcomer.register({ username, password: 'secret' })
  await newcomer.close()
})
afterAll(async () => {
  for (const end of whole.toReversed()) await end()
})

async function ask<T>({ daemon }: Node, args: readonly string[], answer: z.ZodType<T>): Promise<T> {
  const { code, out, err } = await ctl(daemon, ['--json', ...args])
  if (code !== 0) throw new Error(err)
  return answer.parse(JSON.parse(out))
}

/** Who logs in at that node, accepts whatever rings, and is gone after the test. */
async function enterAt({ daemon }: Node, username: (typeof PEOPLE)[number]): Promise<Client> {
  const client = await connect(`tcp://127.0.0.1:${daemon.port}`)
  ends.push(async () => {
    // Who was put out is gone already.
    await client.logout().catch(() => undefined)
    await client.close()
  })
  await client.login({ username, password: 'secret' })
  client.on('call', (call) => {
    call.accept()
  })
  return client
}

const idOf = (client: Client): string => client.me?.id ?? ''

/** Alice is at one node, bob at the other, and they are in a call. */
async function callBetween(): Promise<readonly [Client, Client]> {
  const [alice, bob] = [await enterAt(a, 'alice'), await enterAt(b, 'bob')]
  await expect.poll(() => alice.users.get(idOf(bob))?.state).toBe('Available')
  const call = alice.call(idOf(bob))
  await expect.poll(() => call.state.name).toBe('active')
  await expect.poll(() => bob.currentCall?.state.name).toBe('active')
  return [alice, bob]
}

test('CLUSTER-100 each node says which nodes live, and what is at each of them', async () => {
  await callBetween()
  const at = (node: string, sessions: number, active: number, isThis: boolean) => {
    const lease_left_ms: unknown = isThis ? expect.any(Number) : null
    const counts = { sessions: { live: sessions, detached: 0 }, calls: { ringing: 0, active } }
    return { node, this: isThis, ...counts, lease_left_ms }
  }
  // What another node has decided comes a moment later.
  await expect
    .poll(() => ask(a, ['nodes'], nodesAnswer))
    .toEqual({ nodes: [at('a', 1, 1, true), at('b', 1, 0, false)] })
  await expect
    .poll(() => ask(b, ['nodes'], nodesAnswer))
    .toEqual({ nodes: [at('a', 1, 1, false), at('b', 1, 0, true)] })
  const { nodes } = await ask(a, ['nodes'], nodesAnswer)
  const left = nodes.find(({ node }) => node === 'a')?.lease_left_ms
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(5000)
  const { out } = await ctl(a.daemon, ['nodes'])
  expect(out).toMatch(
    /^NODE +LIVE +WAITING +RINGING +ACTIVE +LEASE\na \* +1 +0 +0 +1 +\d\.\d s\nb +1 +0 +0 +0 +-\n\* this one\n$/,
  )
})

test('CLUSTER-101 each node lists the sessions of all nodes, and ends one that is at another', async () => {
  const [alice, bob] = [await enterAt(a, 'alice'), await enterAt(b, 'bob')]
  const listed = async (node: Node) => (await ask(node, ['sessions', 'list'], sessionsAnswer)).sessions
  const isNowhere = { connection: null, address: null }
  const isHere: unknown = { connection: expect.any(Number), address: '127.0.0.1' }
  const seenBy = async (node: Node) =>
    Object.fromEntries((await listed(node)).map(({ username, ...rest }) => [username, rest]))
  const both = { state: 'live', transport: 'tcp' }
  await expect
    .poll(() => seenBy(a))
    .toMatchObject({
      alice: Object.assign({}, both, { node: 'a' }, isHere),
      bob: { ...both, node: 'b', ...isNowhere },
    })
  expect(await seenBy(b)).toMatchObject({
    alice: { ...both, node: 'a', ...isNowhere },
    bob: Object.assign({}, both, { node: 'b' }, isHere),
  })
  const { out } = await ctl(a.daemon, ['sessions', 'list', '--user', 'bob'])
  expect(out).toMatch(/CAPABILITIES +NODE\n\S+ +bob +live +- +tcp +- +- +\S+ +b\n$/)

  const its = (await seenBy(a))['bob']?.session ?? ''
  expect(await ctl(a.daemon, ['sessions', 'end', its])).toMatchObject({ code: 0, out: 'sessions ended: 1\n' })
  await expect.poll(() => bob.state).toMatchObject({ why: { reason: 'session_ended_by_administrator' } })
  await expect.poll(async () => (await listed(b)).map(({ username }) => username)).toEqual(['alice'])
  expect(await ctl(b.daemon, ['sessions', 'end', '--user', 'alice'])).toMatchObject({ code: 0 })
  await expect.poll(() => alice.state).toMatchObject({ why: { reason: 'session_ended_by_administrator' } })
})

test('CLUSTER-102 each node lists the calls of all nodes, and ends one between others', async () => {
  for (const [shower, ender] of [
    [a, b],
    [b, a],
  ] as const) {
    const [alice, bob] = await callBetween()
    const parties = [alice.currentCall, bob.currentCall]
    const shown = () => ask(shower, ['calls', 'list'], callsAnswer)
    await expect
      .poll(shown)
      .toMatchObject({ calls: [{ phase: 'active', caller: 'alice', callee: 'bob' }], total: 1 })
    const [call] = (await shown()).calls
    expect(await ctl(ender.daemon, ['calls', 'end', call?.call ?? ''])).toMatchObject({ code: 0 })
    for (const party of parties)
      await expect.poll(() => party?.state).toMatchObject({ name: 'ended', reason: 'ended_by_administrator' })
    await expect.poll(shown).toEqual({ calls: [], total: 0 })
    for (const client of [alice, bob]) await client.logout()
  }
})

test('CLUSTER-103 each node shows a room of all nodes, removes a member that is at another, and closes it', async () => {
  const [alice, bob] = [await enterAt(a, 'alice'), await enterAt(b, 'bob')]
  const rooms = [await roomsOf(alice).join('voice'), await roomsOf(bob).join('voice')]
  const members = async (node: Node) =>
    (await ask(node, ['rooms', 'show', 'voice'], roomAnswer)).members.map(({ username }) => username)
  await expect.poll(() => members(a)).toEqual(['alice', 'bob'])
  await expect.poll(() => members(b)).toEqual(['alice', 'bob'])
  expect(await ctl(a.daemon, ['rooms', 'remove', 'voice', 'bob'])).toMatchObject({ code: 0 })
  await expect.poll(() => rooms[1]?.state).toMatchObject({ name: 'ended', reason: 'removed' })
  await expect.poll(() => members(b)).toEqual(['alice'])
  expect(await ctl(b.daemon, ['rooms', 'close', 'voice'])).toMatchObject({ code: 0 })
  await expect.poll(() => rooms[0]?.state).toMatchObject({ name: 'ended', reason: 'closed' })
})

test('CLUSTER-104 METRIC-11 what is there is counted at one node, and each tells of its commits and its lease', async () => {
  const [alice, bob] = await callBetween()
  const carol = await enterAt(b, 'carol')
  await roomsOf(carol).join('voice')
  const dave = await enterAt(a, 'dave')
  await roomsOf(dave).join('voice')
  const both = async () => {
    const samples = [await a.metrics(), await b.metrics()]
    return (name: string) => samples.map((of) => of.get(name))
  }
  await expect
    .poll(async () => {
      const of = await both()
      return ['sessions{state="live"}', 'calls{phase="active"}', 'rooms', 'room_members'].map(of)
    })
    .toEqual([
      [2, 2],
      [1, 0],
      [0, 1],
      [1, 1],
    ])
  const of = await both()
  expect(of('cluster_nodes')).toEqual([2, 2])
  for (const left of of('cluster_lease_seconds')) {
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(5)
  }
  const committed = of('cluster_commits_total{result="committed"}')
  const carriedOut = of('cluster_commit_seconds_count')
  // Each hears of what the other has decided; a tick may decide something meanwhile.
  for (const [index, count = 0] of of('cluster_lag_seconds_count').entries()) {
    expect(count).toBeGreaterThan(5)
    expect(committed[index]).toBeGreaterThan(5)
    expect(carriedOut[index]).toBeGreaterThan(5)
    expect(count).toBeLessThan((committed[1 - index] ?? 0) + 20)
  }
  expect(of('cluster_lag_seconds_bucket{le="5"}')).toEqual(of('cluster_lag_seconds_count'))
  for (const client of [alice, bob]) expect(client.currentCall?.state.name).toBe('active')
})
