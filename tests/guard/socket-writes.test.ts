import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { writeSelfSigned } from '../../scripts/support/write-self-signed.ts'
import type { Daemon } from '../../src/daemon/daemon.ts'
import { FrameDecoder } from '../../src/protocol/framing/frame-decoder.ts'
import { connectRaw, logIn, type RawClient, setUpCall } from '../support/wire/raw-client.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { visits } from '../support/wire/visits.ts'
import { frame, T } from '../support/wire/wire.ts'
import { countWrites } from './write-counts.ts'

type Transport = 'TCP' | 'TLS'

const LISTENERS = 20
/** Fewer than are heard of one client in one go, what has set up the call included. */
const BURST = 40

const { afterwards } = visits()

afterEach(() => {
  vi.restoreAllMocks()
})

async function daemonOver(transport: Transport): Promise<Daemon> {
  const server = transport === 'TLS' ? { enable_tls: true, ...(await certificate()) } : {}
  const daemon = await startTestDaemon({ server, security: { enable_rate_limiting: false } })
  afterwards(() => daemon.stop())
  return daemon
}

async function certificate() {
  const directory = await mkdtemp(join(tmpdir(), 'roomrtc-guard-'))
  afterwards(() => rm(directory, { recursive: true }))
  return writeSelfSigned(directory)
}

async function connect({ port }: Daemon, transport: Transport): Promise<RawClient> {
  const client = await connectRaw(port, transport === 'TLS' ? {} : undefined)
  afterwards(() => client.close())
  return client
}

/** alice sends bob so many candidates at once: what that was for the sockets. `address`: how each begins. */
async function burst(alice: RawClient, bob: RawClient, address: object) {
  const candidate = { ...address, candidate: 'c'.repeat(100), sdp_mid: '0', sdp_mline_index: 0 }
  const writes = countWrites()
  const chunks = vi.spyOn(FrameDecoder.prototype, 'push')
  alice.sendBytes(Buffer.concat(Array.from({ length: BURST }, () => frame(T.ICE_CANDIDATE, candidate))))
  for (let i = 0; i < BURST; i++) await bob.next(T.ICE_CANDIDATE)
  const { given, calls } = writes.to(bob)
  expect(given.length).toBeGreaterThan(0)
  // The network may cut the burst into a few, each of which is what comes in one go.
  expect(chunks.mock.calls.length).toBeLessThan(BURST / 4)
  return { given: given.length, calls, chunks: chunks.mock.calls.length }
}

describe.each(['TCP', 'TLS'] as const)('over %s', (transport) => {
  test('BENCH-4 a change of presence is one write and one call of the system for each listener, of the same bytes', async () => {
    const daemon = await daemonOver(transport)
    const listeners: RawClient[] = []
    for (let i = 0; i < LISTENERS; i++) {
      const listener = await connect(daemon, transport)
      await logIn(listener, `listener${i}`)
      listeners.push(listener)
    }
    const alice = await connect(daemon, transport)
    await logIn(alice, 'alice')
    for (const listener of listeners) await listener.drain()

    const writes = countWrites()
    alice.send(T.LOGOUT_REQUEST, {})
    await Promise.all(listeners.map((listener) => listener.next(T.USER_STATE_UPDATE)))
    const each = listeners.map((listener) => writes.to(listener))
    expect(each.map(({ given, calls }) => [given.length, calls])).toEqual(listeners.map(() => [1, 1]))
    expect(new Set(each.flatMap(({ given }) => given)).size).toBe(1)
  })

  test.each(['passed on as they are', 'written anew'])(
    'BENCH-6 signals that come in one go and are %s leave in one, over TLS each by itself',
    async (how) => {
      const daemon = await daemonOver(transport)
      const [alice, bob] = [await connect(daemon, transport), await connect(daemon, transport)]
      const { call_id, callerId, calleeId } = await setUpCall(alice, bob)
      const whole = { call_id, from_user_id: callerId, to_user_id: calleeId }
      await bob.drain()

      const { given, calls, chunks } = await burst(
        alice,
        bob,
        how === 'written anew' ? { call_id, to_user_id: calleeId } : whole,
      )
      expect(given).toBe(BURST)
      if (transport === 'TLS') expect(calls).toBe(BURST)
      else expect(calls).toBeLessThanOrEqual(chunks)
    },
  )
})

test('BENCH-6 over TLS, to a client that has said HELLO, the first leaves at once and the rest together', async () => {
  const daemon = await daemonOver('TLS')
  const [alice, bob] = [await connect(daemon, 'TLS'), await connect(daemon, 'TLS')]
  bob.send(T.HELLO, { protocol: 1, client: 'test', capabilities: [] })
  await bob.next(T.WELCOME)
  const { call_id, calleeId } = await setUpCall(alice, bob)
  await bob.drain()
  const { calls, chunks } = await burst(alice, bob, { call_id, to_user_id: calleeId })
  expect(calls).toBeLessThanOrEqual(1 + chunks)
})
