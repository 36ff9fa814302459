import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'vitest'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { connectRaw, logIn, RawClient, setUpCall } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { frame, T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

async function start(overrides: Parameters<typeof startTestDaemon>[0]): Promise<Daemon> {
  const daemon = await startTestDaemon(overrides)
  ends.push(() => daemon.stop())
  return daemon
}

/** A client at another address of the loopback network. */
async function connectFrom(daemon: Daemon, localAddress: string): Promise<RawClient> {
  const socket = connect({ port: daemon.port, host: '127.0.0.1', localAddress })
  await once(socket, 'connect')
  const client = new RawClient(socket)
  ends.push(() => client.close())
  return client
}

unlessSplit('limits')(
  'RATE-3 a flood ends the flooder and bans its address; a call between others goes on undisturbed',
  async () => {
    const daemon = await start({ rate_limits: { max_score: 20 } })
    const [alice, bob] = [await connectRaw(daemon.port), await connectRaw(daemon.port)]
    ends.push(() => alice.close())
    ends.push(() => bob.close())
    const { calleeId, call_id } = await setUpCall(alice, bob)

    const flooder = await connectFrom(daemon, '127.0.0.66')
    flooder.sendBytes(
      Buffer.concat(Array.from({ length: 5000 }, (_, i) => frame(T.HEARTBEAT, { timestamp: i }))),
    )
    const answers = await flooder.untilClosed()
    expect(answers.filter(({ type }) => type === T.HEARTBEAT).length).toBeGreaterThanOrEqual(600)
    expect(answers.at(-1)?.payload).toMatchObject({ code: 429, reason: 'flooding' })
    expect(answers.length).toBeLessThan(1000)

    const again = await connectFrom(daemon, '127.0.0.66')
    expect(await again.untilClosed()).toMatchObject([{ payload: { code: 429, reason: 'address_banned' } }])
    await (await connectFrom(daemon, '127.0.0.67')).drain()

    const candidate = { call_id, from_user_id: '', to_user_id: calleeId, candidate: 'c', sdp_mid: '0' }
    for (let i = 0; i < 60; i++) alice.send(T.ICE_CANDIDATE, { ...candidate, sdp_mline_index: i })
    for (let i = 0; i < 60; i++) {
      expect((await bob.next(T.ICE_CANDIDATE)).payload['sdp_mline_index']).toBe(i)
    }
  },
)

unlessSplit('limits')(
  'RATE-2 connections cost their address, and one too many is told when to come back',
  async () => {
    const daemon = await start({ rate_limits: { address_per_minute: 15 } })
    const inside = []
    for (let i = 0; i < 3; i++) inside.push(await connectFrom(daemon, '127.0.0.5'))
    const beyond = await connectFrom(daemon, '127.0.0.5')
    const [told] = await beyond.untilClosed()
    expect(told?.payload).toMatchObject({ code: 429, reason: 'rate_limited' })
    expect(told?.payload['retry_after_ms']).toBeGreaterThan(0)
    expect(told?.payload['retry_after_ms']).toBeLessThanOrEqual(20_000)
    await logIn(await connectFrom(daemon, '127.0.0.6'), 'elsewhere')
  },
)

unlessSplit('limits')('RATE-7 BOUND-4 without limits on rates the bounds hold all the same', async () => {
  const daemon = await start({
    security: { enable_rate_limiting: false, max_requests_per_minute: 1 },
    server: { max_connections_per_address: 2 },
  })
  const client = await connectFrom(daemon, '127.0.0.5')
  for (let i = 0; i < 3000; i++) client.send(T.HEARTBEAT, { timestamp: -1 - i })
  expect(await client.drain()).toHaveLength(3000)
  await (await connectFrom(daemon, '127.0.0.5')).drain()
  const third = await connectFrom(daemon, '127.0.0.5')
  expect(await third.untilClosed()).toMatchObject([{ payload: { reason: 'too_many_connections' } }])
})
