import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { readMetrics, samplesOf } from '../../support/metrics.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { unlessOnRedis, unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { expectRelay } from '../../support/wire/relay.ts'
import { visits } from '../../support/wire/visits.ts'
import { T } from '../../support/wire/wire.ts'

const test = unlessSplit('figures')
const { afterwards, connect, pairOn } = visits()

type Overrides = NonNullable<Parameters<typeof startTestDaemon>[0]>

async function start(overrides: Overrides = {}) {
  const daemon = await startTestDaemon({ http: {}, ...overrides })
  afterwards(() => daemon.stop())
  return { daemon, url: `http://127.0.0.1:${daemon.httpPort ?? 0}/metrics` }
}

async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-metrics-'))
  afterwards(() => rm(directory, { recursive: true, force: true }))
  return directory
}

describe('GET /metrics', () => {
  test("METRIC-1 answers in Prometheus' text format", async () => {
    const { url } = await start()
    const answer = await fetch(url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const samples = samplesOf(await answer.text())
    expect(samples.get('ready')).toBe(1)
    expect(samples.get(`build_info{version="0.1.0",node="${process.version}"}`)).toBe(1)
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
  })

  test('METRIC-1 is for http.metrics_networks only, also behind a proxy', async () => {
    const { url } = await start({
      http: { metrics_networks: ['198.51.100.0/24'] },
      proxy: { networks: ['127.0.0.1'] },
    })
    const refused = await fetch(url)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ error: 'forbidden_network' })
    const from = (address: string) => fetch(url, { headers: { 'x-forwarded-for': address } })
    expect((await from('198.51.100.7')).status).toBe(200)
    expect((await from('192.0.2.7')).status).toBe(403)
  })
})

describe('what they tell', () => {
  test('METRIC-4 each signal, passed on as it came or written anew, has been in the server for some time', async () => {
    const { daemon } = await start()
    const pair = await pairOn(daemon)
    await expectRelay(pair)
    const { alice, bob, call_id, callerId, calleeId } = pair
    alice.send(T.SDP_OFFER, { call_id, from_user_id: callerId, to_user_id: calleeId, sdp: 'v=0' })
    await bob.next(T.SDP_OFFER)
    const samples = await readMetrics(daemon.metrics)
    expect(samples.get('relay_seconds_count')).toBe(3)
    expect(samples.get('relay_seconds_sum')).toBeGreaterThan(0)
    expect(samples.get('messages_total{type="SDP_OFFER",direction="in"}')).toBe(2)
    expect(samples.get('messages_total{type="SDP_OFFER",direction="out"}')).toBe(2)
    expect(samples.get('messages_total{type="SDP_ANSWER",direction="out"}')).toBe(1)
  })

  test('METRIC-6 connections, sessions and calls are what is there', async () => {
    const { daemon } = await start()
    const { bob } = await pairOn(daemon, ['resume'])
    const carol = await connect(daemon)
    carol.send(T.HEARTBEAT, { timestamp: 1 })
    await carol.next(T.HEARTBEAT)
    const inside = await readMetrics(daemon.metrics)
    expect(inside.get('connections{transport="tcp"}')).toBe(3)
    expect(inside.get('sessions{state="live"}')).toBe(2)
    expect(inside.get('calls{phase="active"}')).toBe(1)
    expect([inside.get('rooms'), inside.get('room_members')]).toEqual([0, 0])
    await bob.close()
    await carol.close()
    await expect
      .poll(async () => {
        const left = await readMetrics(daemon.metrics)
        return [
          left.get('connections{transport="tcp"}'),
          left.get('connections_total{transport="tcp"}'),
          left.get('sessions{state="live"}'),
          left.get('sessions{state="detached"}'),
        ]
      })
      .toEqual([1, 3, 1, 1])
    expect((await readMetrics(daemon.metrics)).get('connections_limit')).toBeGreaterThan(0)
  })

  unlessOnRedis('journal')(
    'METRIC-8 fsyncs of the account file, writes of the journal, and what waits in outboxes',
    async () => {
      const directory = await temporary()
      const { daemon } = await start({ persistence: { enable_persistence: true, data_directory: directory } })
      const { alice, bob, call_id, calleeId } = await pairOn(daemon, ['resume'])
      const before = await readMetrics(daemon.metrics)
      expect(before.get('accounts')).toBe(2)
      expect(before.get('accounts_fsync_seconds_count')).toBeGreaterThanOrEqual(2)
      expect(before.get('journal_write_seconds_count')).toBeGreaterThan(0)
      const sdp = 'x'.repeat(5000)
      alice.send(T.SDP_OFFER, { call_id, to_user_id: calleeId, sdp })
      await bob.next(T.SDP_OFFER)
      const after = await readMetrics(daemon.metrics)
      expect(after.get('outbox_bytes')).toBeGreaterThan(Number(before.get('outbox_bytes')) + sdp.length)
      expect(after.get('hashes{state="working"}')).toBe(0)
      expect(after.get('hashes_limit')).toBe(1000)
      expect(after.get('event_loop_busy_seconds_total')).toBeGreaterThan(0)
    },
  )

  test('METRIC-5 METRIC-6 whoever is not let in is a refusal with its reason', async () => {
    const { daemon } = await start({ server: { max_connections: 1 } })
    const first = await connect(daemon)
    first.send(T.HEARTBEAT, { timestamp: 1 })
    await first.next(T.HEARTBEAT)
    const second = await connect(daemon)
    await second.next(T.ERROR)
    const samples = await readMetrics(daemon.metrics)
    expect(samples.get('refusals_total{reason="server_full"}')).toBe(1)
    expect(samples.get('connections_total{transport="tcp"}')).toBe(1)
  })

  test('METRIC-9 not ready any more from the first moment of a drain', async () => {
    const { daemon, url } = await start({ drain: { grace_ms: 60_000, window_ms: 0 } })
    const pair = await pairOn(daemon)
    const draining = daemon.drain()
    expect(samplesOf(await (await fetch(url)).text()).get('ready')).toBe(0)
    await expectRelay(pair)
    await daemon.stop()
    await draining
  })
})
