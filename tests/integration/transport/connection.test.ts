import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noSecurityLog } from '../../../src/infrastructure/log/security-log.ts'
import { createFigures } from '../../../src/session/figures/figures.ts'
import { Lingering } from '../../../src/transport/admission/lingering.ts'
import { socketPeer } from '../../../src/transport/admission/peer.ts'
import type { Connection, ConnectionContext } from '../../../src/transport/connection/connection.ts'
import { openGate } from '../../../src/transport/connection/gate.ts'
import { SegmentWriter } from '../../../src/transport/connection/segment-writer.ts'
import { openConnection } from '../../../src/transport/tcp/open-connection.ts'
import { presenceNews } from '../../../src/session/presence/presence-news.ts'
import { unlimited } from '../../../src/session/rates/rate-limits.ts'
import type { Endpoint, EndpointInputs } from '../../../src/session/conversation/endpoint.ts'
import { silentLog } from '../../support/house/house.ts'
import { someUser } from '../../support/house/some-user.ts'
import { RawClient } from '../../support/wire/raw-client.ts'
import { frame, T } from '../../support/wire/wire.ts'

const heartbeat = (timestamp: number) => frame(T.HEARTBEAT, { timestamp })

let server: Server
let client: RawClient
let socket: Socket
let connection: Connection
let nowMs: number
let warned: Record<string, unknown>[]
let request: EndpointInputs['request']

/** Both ends of one connection, with a clock that only the test moves and one tick when it says so. */
beforeEach(async () => {
  nowMs = 0
  warned = []
  request = (asker, { message }) => {
    if (message.type === 'HEARTBEAT') asker.heartbeat(message.payload.timestamp, undefined)
    return undefined
  }
  server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  client = new RawClient(
    connect({ port: address.port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true }),
  )
  socket = await accepted
  const lingering = new Lingering(1)
  const context: ConnectionContext = {
    endpoint: {
      inputs: {
        request: (...asked) => request(...asked),
        relay: () => undefined,
        room: () => undefined,
        lost: () => undefined,
      },
      clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
      log: { ...silentLog, warn: (fields) => warned.push({ ...fields }) },
      securityLog: noSecurityLog,
      figures: createFigures(),
      heartbeat: { intervalMs: 1_000_000, timeoutMs: 1_000_000 },
      rates: unlimited,
      loginTimeoutMs: 1_000_000,
    },
    limits: {
      maxFrameBytes: 1_048_576,
      maxFrameBytesBeforeLogin: 1_048_576,
      softOutboundBytes: 65_536,
      maxOutboundBytes: 1_048_576,
      drainTimeoutMs: 30_000,
      frameTimeoutMs: 30_000,
    },
    reception: {
      trusted: () => undefined,
      distrusted: () => undefined,
      saidNothing: () => undefined,
      ended: (_connection, ending) => {
        if (!ending.destroyed) lingering.add(ending)
      },
    },
  }
  connection = openConnection(1, socket, new SegmentWriter(socket, openGate), context, socketPeer(socket))
})

afterEach(async () => {
  await client.close()
  server.close()
  await once(server, 'close')
})

/** Writes to a client that does not read until so much waits on our side. */
async function writeUntilHeld(bytes: number): Promise<void> {
  while (socket.writableLength < bytes) {
    connection.write(frame(T.HEARTBEAT, { timestamp: 1, pad: 'x'.repeat(20_000) }))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Sends, and waits until the server has read it. */
async function arrive(bytes: Uint8Array): Promise<void> {
  const upTo = socket.bytesRead + bytes.length
  client.sendBytes(bytes)
  while (socket.bytesRead < upTo) await once(socket, 'data')
}

describe('one connection', () => {
  test('TIME-2 a frame that comes drop by drop must be complete in time all the same', async () => {
    const bytes = heartbeat(1)
    await arrive(bytes.subarray(0, 3))
    for (const at of [3, 4, 5]) {
      nowMs += 9_000
      await arrive(bytes.subarray(at, at + 1))
      connection.tick(nowMs)
    }
    nowMs += 2_999
    connection.tick(nowMs)
    await arrive(bytes.subarray(6, 7))
    nowMs += 1
    connection.tick(nowMs)
    expect(await client.next(T.ERROR)).toMatchObject({ payload: { code: 408, reason: 'frame_timeout' } })
  })

  test('TIME-2 the time of one frame is not counted for the next, nor that between two', async () => {
    const bytes = Buffer.concat([heartbeat(1), heartbeat(2)])
    await arrive(bytes.subarray(0, 3))
    nowMs += 29_999
    await arrive(bytes.subarray(3, -1))
    nowMs += 29_999
    connection.tick(nowMs)
    await arrive(bytes.subarray(-1))
    nowMs += 500_000
    connection.tick(nowMs)
    expect((await client.next(T.HEARTBEAT)).payload).toEqual({ timestamp: 1 })
    expect((await client.next(T.HEARTBEAT)).payload).toEqual({ timestamp: 2 })
    await client.drain()
  })

  test('WIRE-2 nothing more is read while a request is being handled', async () => {
    let handled: () => void = () => undefined
    request = () =>
      new Promise((resolve) => {
        handled = resolve
      })
    await arrive(frame(T.USER_LIST_REQUEST, ''))
    expect(socket.isPaused()).toBe(true)
    handled()
    await expect.poll(() => socket.isPaused()).toBe(false)
  })

  test('BOUND-7 what waits must leave in time, or the connection is ended and the log says what it held', async () => {
    client.socket.pause()
    await writeUntilHeld(10_000)
    nowMs += 29_999
    connection.tick((nowMs += 1))
    nowMs += 29_999
    connection.tick(nowMs)
    expect(socket.destroyed).toBe(false)
    connection.tick((nowMs += 1))
    expect(socket.destroyed).toBe(true)
    expect(warned).toMatchObject([{ reason: 'slow_consumer', waited_ms: 30_000, conn: 1 }])
    expect(warned[0]?.['held_bytes']).toBeGreaterThan(10_000)
  })

  test('BOUND-7 a client that reads slowly but steadily is not ended', async () => {
    client.socket.pause()
    await writeUntilHeld(10_000)
    for (let i = 0; i < 5; i++) {
      connection.tick((nowMs += 29_000))
      client.socket.resume()
      // 'drain' comes only to a buffer that was full, and how large that is depends on the version of Node.
      await expect.poll(() => socket.writableLength).toBe(0)
      client.socket.pause()
      await writeUntilHeld(10_000)
    }
    expect(socket.destroyed).toBe(false)
  })

  test('BOUND-2 BOUND-6 one that never reads while 2,000 users flap costs no more than the bound, and is right afterwards', async () => {
    let endpoint: Endpoint | undefined
    request = (asker, { message }) => {
      endpoint = asker
      if (message.type === 'HEARTBEAT') asker.heartbeat(message.payload.timestamp, undefined)
      return undefined
    }
    await client.drain()
    client.socket.pause()
    const users = Array.from({ length: 2000 }, (_, i) => someUser(i))
    for (let round = 0; round < 200; round++) {
      const [was, state] =
        round % 2 === 0 ? (['Available', 'Busy'] as const) : (['Busy', 'Available'] as const)
      const changes = users.slice(0, round === 199 ? 1000 : 2000).map((user) => ({ user, was, state }))
      endpoint?.tellPresence(presenceNews(changes), undefined)
      connection.tick(nowMs)
      await new Promise((resolve) => setImmediate(resolve))
    }
    // One batch over the soft mark; the rest is the latest state of each.
    expect(socket.writableLength).toBeLessThan(65_536 + 300_000)
    expect(socket.destroyed).toBe(false)
    const picture = new Map<unknown, unknown>()
    client.socket.resume()
    // Of the 2,000 the last 1,000 are Busy in the end; who is as at first need not be told.
    const isRight = ({ id }: (typeof users)[number], i: number) =>
      (picture.get(id) ?? 'Available') === (i < 1000 ? 'Available' : 'Busy')
    while (!users.every(isRight)) {
      connection.tick(nowMs)
      for (const { payload } of await client.drain()) picture.set(payload['user_id'], payload['state'])
    }
  })

  test('WIRE-3 a client that takes the last word and does not close is cut', async () => {
    const gone = once(socket, 'close')
    client.sendBytes(Buffer.alloc(4))
    expect(await client.next(T.ERROR)).toMatchObject({ payload: { reason: 'empty_frame' } })
    await gone
  })
})
