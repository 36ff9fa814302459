import { expect, test } from 'vitest'
import type { Daemon } from '../../../src/daemon/daemon.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { connectRaw, logIn, type RawClient } from '../../support/wire/raw-client.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

async function start(overrides: Parameters<typeof startTestDaemon>[0]): Promise<() => Promise<RawClient>> {
  const daemon: Daemon = await startTestDaemon(overrides)
  ends.push(() => daemon.stop())
  return async () => {
    const client = await connectRaw(daemon.port)
    ends.push(() => client.close())
    return client
  }
}

unlessSplit('limits')(
  'BOUND-5 whoever says nothing makes room: a newcomer logs in, however many are there',
  async () => {
    const connect = await start({ server: { max_guests: 20, max_guests_per_address: 10 } })
    const staying = await connect()
    await logIn(staying, 'staying')
    const silent: RawClient[] = []
    for (let i = 0; i < 30; i++) silent.push(await connect())
    const newcomer = await connect()
    await logIn(newcomer, 'newcomer')
    // The first to come are the first to go, and are told why; who has logged in is not among them.
    for (const one of silent.slice(0, 21)) {
      expect((await one.untilClosed()).map(({ payload }) => payload['reason'])).toEqual(['crowded_out'])
    }
    for (const one of [staying, newcomer, ...silent.slice(21)]) await one.drain()
  },
)

unlessSplit('limits')(
  'BOUND-5 WIRE-4 whoever logs out is a guest again: it makes room like others, and large frames are over',
  async () => {
    const connect = await start({ server: { max_guests: 5, max_guests_per_address: 5 } })
    const left: RawClient[] = []
    for (let i = 0; i < 8; i++) {
      const client = await connect()
      await logIn(client, 'the same')
      client.send(T.LOGOUT_REQUEST, {})
      await client.next(T.LOGOUT_RESPONSE)
      left.push(client)
    }
    for (const one of left.slice(0, 3)) {
      expect((await one.untilClosed()).at(-1)?.payload).toMatchObject({ reason: 'crowded_out' })
    }
    for (const one of left.slice(3)) await one.drain()
    const [large] = left.slice(3)
    large?.send(T.HEARTBEAT, { timestamp: 1, pad: 'x'.repeat(8192) })
    expect((await large?.untilClosed())?.at(-1)?.payload).toMatchObject({
      reason: 'frame_too_large_before_login',
    })
  },
)

unlessSplit('limits')(
  'BOUND-4 connections beyond the limit of an address are told so and closed; those inside go on',
  async () => {
    const connect = await start({ server: { max_connections_per_address: 3 } })
    const inside = [await connect(), await connect(), await connect()]
    for (const one of inside) await one.drain()
    const beyond = await connect()
    expect(await beyond.untilClosed()).toMatchObject([
      { payload: { code: 429, reason: 'too_many_connections' } },
    ])
    for (const one of inside) await one.drain()
    // The server ends its side once it has given the place away.
    inside[0]?.socket.end()
    await inside[0]?.untilClosed()
    await (await connect()).drain()
  },
)

test('WIRE-4 before the login a limit of its own holds, afterwards that of the server', async () => {
  const connect = await start({ limits: { max_frame_bytes_before_login: 8192 } })
  const stranger = await connect()
  stranger.send(T.HEARTBEAT, { timestamp: 1, pad: 'x'.repeat(8192 - 40) })
  await stranger.next(T.HEARTBEAT)
  stranger.send(T.HEARTBEAT, { timestamp: 1, pad: 'x'.repeat(8192) })
  expect((await stranger.next(T.ERROR)).payload).toMatchObject({
    code: 400,
    reason: 'frame_too_large_before_login',
  })
  await stranger.untilClosed()

  const known = await connect()
  await logIn(known, 'known')
  known.send(T.HEARTBEAT, { timestamp: 2, pad: 'x'.repeat(1_000_000) })
  expect((await known.next(T.HEARTBEAT)).payload).toEqual({ timestamp: 2 })
})
