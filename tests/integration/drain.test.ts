import { once } from 'node:events'
import { connect } from 'node:net'
import { type Call, type Client, connect as connectClient } from 'roomrtc-client'
import { expect, test } from 'vitest'
import type { Daemon } from '../../src/daemon/daemon.ts'
import { endsAfterEach } from '../support/ends.ts'
import { connectRaw, logIn, type RawClient } from '../support/wire/raw-client.ts'
import { startTestDaemon } from '../support/house/running-daemon.ts'
import { T } from '../support/wire/wire.ts'

/** So long that a test which waits for it fails, and that no random moment within it comes while a test runs: the longest. */
const AGES_MS = 2 ** 31 - 1

const ends = endsAfterEach()

async function start(drain: { grace_ms: number; window_ms: number }): Promise<Daemon> {
  const daemon = await startTestDaemon({ drain, server: { reconnect_after_ms: 7 } })
  ends.push(() => daemon.stop())
  return daemon
}

async function join({ port }: Daemon): Promise<RawClient> {
  const client = await connectRaw(port)
  ends.push(() => client.close())
  return client
}

/** alice rings bob. */
async function ring(daemon: Daemon) {
  const [alice, bob] = [await join(daemon), await join(daemon)]
  await logIn(alice, 'alice')
  alice.send(T.CALL_REQUEST, { to_user_id: await logIn(bob, 'bob') })
  const { payload } = await bob.next(T.CALL_NOTIFICATION)
  return { alice, bob, call_id: String(payload['call_id']) }
}

test('LIFE-22 a drain is over at once where nobody is connected', async () => {
  const daemon = await start({ grace_ms: AGES_MS, window_ms: AGES_MS })
  await daemon.drain()
})

test.each([
  ['the grace', { grace_ms: AGES_MS, window_ms: 0 }],
  ['the window', { grace_ms: 0, window_ms: AGES_MS }],
])('LIFE-22 %s is over when the last client has gone', async (_what, drain) => {
  const daemon = await start(drain)
  const { alice, bob } = await ring(daemon)
  const drained = daemon.drain()
  for (const one of [alice, bob]) await one.close()
  await drained
})

test('LIFE-21 a stop during a drain tells those who are left at once', async () => {
  const daemon = await start({ grace_ms: 0, window_ms: AGES_MS })
  const alice = await join(daemon)
  await logIn(alice, 'alice')
  const drained = daemon.drain()
  await alice.drain()
  await daemon.stop()
  await drained
  expect(await alice.untilClosed()).toMatchObject([{ type: T.ERROR, payload: { reason: 'shutting_down' } }])
})

test('LIFE-16 LIFE-17 TCP refuses newcomers at once; who is there may still say HELLO, and then learns of the drain', async () => {
  const daemon = await start({ grace_ms: AGES_MS, window_ms: 0 })
  const { alice, bob, call_id } = await ring(daemon)
  const [guest, other] = [await join(daemon), await join(daemon)]
  guest.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['goaway'] })
  await guest.next(T.WELCOME)

  const drained = daemon.drain()
  const draining = { reason: 'draining', reconnect_after_ms: 7 }
  expect((await guest.next(T.GOAWAY)).payload).toEqual(draining)
  const newcomer = connect({ port: daemon.port, host: '127.0.0.1' })
  expect(await once(newcomer, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }])
  other.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ['goaway'] })
  expect((await other.next(T.GOAWAY)).payload).toEqual(draining)
  await logIn(other, 'carol')

  bob.send(T.CALL_RESPONSE, { call_id, accepted: false })
  await alice.next(T.CALL_DECLINED)
  await drained
  for (const one of [guest, other]) {
    const last = (await one.untilClosed()).filter(({ type }) => type === T.GOAWAY)
    expect(last).toMatchObject([{ payload: { reason: 'shutting_down' } }])
  }
})

test('LIFE-17 LIFE-19 a client is told GOAWAY draining, and its connection goes on until the call is set up', async () => {
  const daemon = await start({ grace_ms: AGES_MS, window_ms: 0 })
  const clients: Client[] = []
  const told: string[] = []
  for (const username of ['alice', 'bob']) {
    const client = await connectClient(`tcp://127.0.0.1:${daemon.port}`, { reconnect: false })
    ends.push(() => client.close())
    client.on('goaway', ({ reason }) => told.push(`${username}: ${reason}`))
    await client.register({ username, password: 'pw' })
    await client.login({ username, password: 'pw' })
    clients.push(client)
  }
  const [alice, bob] = clients
  if (alice === undefined || bob === undefined) throw new Error('two have come')
  const rings = new Promise<Call>((resolve) => bob.on('call', resolve))
  const out = alice.call(bob.me?.id ?? '')
  const incoming = await rings

  const drained = daemon.drain()
  await expect.poll(() => told.toSorted()).toEqual(['alice: draining', 'bob: draining'])
  incoming.accept()
  await out.until('active')
  const offered = new Promise((resolve) => incoming.signals.listen(resolve))
  out.signals.send({ kind: 'offer', sdp: 'offer' })
  expect(await offered).toEqual({ kind: 'offer', sdp: 'offer' })
  await bob.users.search({})
  incoming.hangup()
  await out.until('over')

  await drained
  await expect.poll(() => told.slice(2).toSorted()).toEqual(['alice: shutting_down', 'bob: shutting_down'])
  await expect.poll(() => clients.map(({ state }) => state.name)).toEqual(['closed', 'closed'])
})
