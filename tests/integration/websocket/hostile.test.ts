import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startWebSocketDaemon } from '../../support/house/web-socket-daemon.ts'
import { unlessSplit } from '../../support/nodes/unless-on-nodes.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { clientFrame, clientHead, rawWebSocket } from '../../support/wire/raw-web-socket.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

const TEXT = 1
const PING = 9
const HEARTBEAT = '{"type":"HEARTBEAT","timestamp":1}'

async function start(overrides: Parameters<typeof startWebSocketDaemon>[1] = {}) {
  const started = await startWebSocketDaemon(ends, overrides)
  return {
    ...started,
    raw: async (...lines: string[]) => {
      const connection = await rawWebSocket(started.httpPort, ...lines)
      ends.push(() => connection.socket.destroy())
      return connection
    },
    /** Somebody else, who is to notice nothing. */
    bystander: async () => {
      const client = await started.open('roomrtc.binary')
      await logIn(client, 'bystander')
      return client
    },
  }
}

/** A close frame of the server as it looks in text: its first byte is no UTF-8. */
const closing = (code: number, reason: string) => {
  const body = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)])
  return Buffer.concat([Buffer.from([0x88, body.length]), body]).toString()
}

describe('too large', () => {
  test('WS-5 a declared length is refused before the rest has come, and 1009 says why', async () => {
    const { raw, bystander } = await start()
    const other = await bystander()
    const stranger = await raw()
    stranger.socket.write(clientHead(0x80 | TEXT, 9000))
    await stranger.until('frame_too_large_before_login')
    await stranger.until(closing(1009, 'frame_too_large_before_login'))
    await stranger.closed
    const huge = await raw()
    huge.socket.write(clientHead(0x80 | TEXT, 2 ** 40))
    await huge.until(closing(1009, 'frame_too_large'))
    await huge.closed
    expect(await other.drain()).toEqual([])
  })

  test.each(['roomrtc.json', 'roomrtc.binary'] as const)(
    'WS-5 over %s the size of the frame counts, to the byte, before and after the login',
    async (subprotocol) => {
      const limits = { max_frame_bytes_before_login: 1100, max_frame_bytes: 2000 }
      const { open } = await start({ limits })
      const beat = (bytes: number) => {
        const payload = '{"timestamp":1,"pad":""}'
        return payload.replace('""', `"${'x'.repeat(bytes - 1 - payload.length)}"`)
      }
      const fits = await open(subprotocol)
      fits.send(T.HEARTBEAT, beat(1100))
      await fits.next(T.HEARTBEAT)
      await logIn(fits, 'alice')
      fits.send(T.HEARTBEAT, beat(2000))
      await fits.next(T.HEARTBEAT)
      fits.send(T.HEARTBEAT, beat(2001))
      expect((await fits.next(T.ERROR)).payload).toMatchObject({ code: 413, reason: 'frame_too_large' })
      await fits.untilClosed()
      expect(fits.socket.closeCode).toBe(1009)
      const stranger = await open(subprotocol)
      stranger.send(T.HEARTBEAT, beat(1101))
      expect((await stranger.next(T.ERROR)).payload).toMatchObject({ reason: 'frame_too_large_before_login' })
      await stranger.untilClosed()
      expect(stranger.socket.closeCode).toBe(1009)
    },
  )

  test('WS-5 fragments count together', async () => {
    const { raw } = await start()
    const stranger = await raw()
    const part = clientFrame(TEXT, 'x'.repeat(5000), { isLast: false })
    const next = clientFrame(0, 'x'.repeat(5000), { isLast: false })
    stranger.socket.write(Buffer.concat([part, next]))
    await stranger.until('frame_too_large_before_login')
    await stranger.closed
  })
})

describe('fragments', () => {
  test('WS-6 a message in fragments, split anywhere, is one message', async () => {
    const { raw } = await start()
    const client = await raw()
    const pieces = Array.from(HEARTBEAT, (character, at) =>
      clientFrame(at === 0 ? TEXT : 0, character, { isLast: at === HEARTBEAT.length - 1 }),
    )
    const ping = clientFrame(PING, 'in between')
    const bytes = Buffer.concat([...pieces.slice(0, 9), ping, ...pieces.slice(9)])
    for (let at = 0; at < bytes.length; at += 3) client.socket.write(bytes.subarray(at, at + 3))
    await client.until(HEARTBEAT)
    expect(client.received()).toContain('in between')
  })

  test('WS-6 one that is never complete ends the connection, pings or not', async () => {
    const { raw } = await start({ limits: { frame_timeout_ms: 300 } })
    const client = await raw()
    client.socket.write(clientFrame(TEXT, '{"type"', { isLast: false }))
    const pinging = setInterval(() => client.socket.write(clientFrame(PING, '')), 50)
    ends.push(() => {
      clearInterval(pinging)
    })
    await client.until(closing(4408, 'frame_timeout'))
    await client.closed
  })

  test('WS-13 thousands of them, empty or not, are refused', async () => {
    const { raw, bystander } = await start()
    const other = await bystander()
    for (const part of ['', 'x']) {
      const client = await raw()
      const next = clientFrame(0, part, { isLast: false })
      client.socket.write(
        Buffer.concat([
          clientFrame(TEXT, part, { isLast: false }),
          ...Array.from({ length: 5000 }, () => next),
        ]),
      )
      await client.until(closing(1008, '').slice(0, 1))
      await client.closed
      expect(client.received()).not.toContain('ERROR')
    }
    expect(await other.drain()).toEqual([])
  })
})

describe('what breaks RFC 6455', () => {
  test.each([
    ['a text that is not UTF-8', clientFrame(TEXT, Buffer.from('7b22ff227d', 'hex')), 1007],
    ['a compressed frame, to which nobody has agreed', clientFrame(TEXT, 'xx', { reserved: 0x40 }), 1002],
    ['a frame without mask', Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
    ['a long ping', clientFrame(PING, 'x'.repeat(126)), 1002],
  ])('WS-13 %s ends the connection, and nobody else notices', async (_what, bytes, code) => {
    const { raw, bystander } = await start()
    const other = await bystander()
    const client = await raw()
    client.socket.setEncoding('latin1')
    client.socket.write(bytes)
    await client.until(Buffer.from([0x88, 0x02, code >> 8, code & 0xff]).toString('latin1'))
    await client.closed
    expect(await other.drain()).toEqual([])
  })

  test('WS-13 no compression is agreed on, however it is offered', async () => {
    const { raw } = await start()
    const client = await raw('Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits')
    expect(client.received()).toMatch(/^HTTP\/1\.1 101/)
    expect(client.received().toLowerCase()).not.toContain('sec-websocket-extensions')
  })
})

describe('too much', () => {
  test('WS-9 a ping is answered with what it says; a flood of pings or pongs ends in a ban', async () => {
    const limits = { security: { max_requests_per_minute: 30 }, rate_limits: { max_score: 20 } }
    const { raw } = await start(limits)
    const polite = await raw()
    polite.socket.write(clientFrame(PING, 'are you there'))
    await polite.until('are you there')
    for (const opcode of [PING, 0xa]) {
      const { raw: another } = await start(limits)
      const client = await another()
      client.socket.write(Buffer.concat(Array.from({ length: 2000 }, () => clientFrame(opcode, 'flood'))))
      await client.until(closing(1008, 'flooding'))
      await client.closed
      expect(client.received().split('flood').length).toBeLessThan(60)
      const banned = await another()
      await banned.until(closing(1008, 'address_banned'))
    }
  })

  test('WS-4 JSON of 1 MiB of brackets is refused, and the connection lives', async () => {
    const { open, bystander } = await start()
    const other = await bystander()
    const client = await open()
    await logIn(client, 'mallory')
    client.socket.webSocket.send('['.repeat(1_048_000))
    expect((await client.next(T.ERROR)).payload).toMatchObject({ reason: 'invalid_json' })
    const deep = `{"a":${'['.repeat(500_000)}${']'.repeat(500_000)},"type":"HEARTBEAT","timestamp":3}`
    client.socket.webSocket.send(deep)
    expect((await client.next(T.HEARTBEAT)).payload).toEqual({ timestamp: 3 })
    expect((await other.drain()).map(({ type }) => type)).toEqual([T.USER_STATE_UPDATE])
  })

  test('WS-6 who does not read is not heard, and is cut off; nobody else notices', async () => {
    const { raw, bystander } = await start({
      limits: { max_outbound_bytes: 65_536, soft_outbound_bytes: 16_384, drain_timeout_ms: 1000 },
    })
    const other = await bystander()
    const deaf = await raw()
    deaf.socket.pause()
    const long = clientFrame(TEXT, `{"type":"HEARTBEAT","timestamp":1,"request_id":"${'x'.repeat(64)}"}`)
    const many = Buffer.concat(Array.from({ length: 400 }, () => long))
    let isHeard = true
    const flooding = setInterval(() => {
      if (isHeard) isHeard = deaf.socket.write(many)
    }, 1)
    ends.push(() => {
      clearInterval(flooding)
    })
    // A reset, as it has not read all.
    await deaf.closed.catch(() => undefined)
    expect(isHeard).toBe(false)
    expect(await other.drain()).toEqual([])
  })

  unlessSplit('limits')(
    'WS-11 in a flood of upgrades few are told why they are refused, and those inside stay',
    async () => {
      const { open, bystander, raw } = await start({ server: { max_connections_per_address: 2 } })
      const other = await bystander()
      await open()
      const refused = await Promise.all(Array.from({ length: 30 }, () => raw()))
      await Promise.all(refused.map(({ until }) => until(closing(4429, 'too_many_connections'))))
      expect(await other.drain()).toEqual([])
    },
  )
})
