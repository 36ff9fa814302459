import { once } from 'node:events'
import { WebSocket } from 'ws'
import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { startWebSocketDaemon } from '../../support/house/web-socket-daemon.ts'
import { setUpCall } from '../../support/wire/raw-client.ts'
import { rawHttp } from '../../support/wire/raw-http.ts'
import { upgradeTo } from '../../support/wire/upgrade.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()

const start = (overrides = {}) => startWebSocketDaemon(ends, overrides)

describe('the handshake', () => {
  test('WS-1 the first subprotocol that is known is taken, JSON where none is asked for', async () => {
    const { url } = await start()
    const taken = async (...offered: string[]) => {
      const webSocket = new WebSocket(url, offered)
      await once(webSocket, 'open')
      webSocket.terminate()
      return webSocket.protocol
    }
    expect(await taken()).toBe('')
    expect(await taken('roomrtc.binary')).toBe('roomrtc.binary')
    expect(await taken('chat', 'roomrtc.binary', 'roomrtc.json')).toBe('roomrtc.binary')
    const plain = new WebSocket(url)
    plain.on('open', () => {
      plain.send('{"type":"HEARTBEAT","timestamp":7}')
    })
    const [answer]: unknown[] = await once(plain, 'message')
    expect(String(answer)).toBe('{"type":"HEARTBEAT","timestamp":7}')
    plain.terminate()
  })

  test('WS-1 who offers only others is told which there are', async () => {
    const { httpPort } = await start()
    const offered = rawHttp(httpPort, upgradeTo('/ws', 'Sec-WebSocket-Protocol: chat, roomrtc.xml'))
    await offered.closed
    expect(offered.received()).toMatch(/^HTTP\/1\.1 400/)
    expect(offered.received()).toContain('"error":"unknown_subprotocol"')
    expect(offered.received()).toContain('use roomrtc.json or roomrtc.binary')
  })

  test('WS-1 a handshake that is none is refused in JSON', async () => {
    const { httpPort } = await start()
    const broken = rawHttp(httpPort, upgradeTo('/ws').replace('Sec-WebSocket-Key', 'Sec-WebSocket-Kex'))
    await broken.closed
    expect(broken.received()).toMatch(/^HTTP\/1\.1 400/)
    expect(broken.received()).toContain('"error":"malformed_request"')
  })
})

describe('both subprotocols', () => {
  test.each(['roomrtc.json', 'roomrtc.binary'] as const)(
    'WS-2 WS-3 over %s a user calls one over TCP, and every character of what they signal arrives',
    async (subprotocol) => {
      const { open, overTcp } = await start()
      const alice = await open(subprotocol)
      const bob = await overTcp()
      const { callerId, calleeId, call_id } = await setUpCall(alice, bob)
      const sdp = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=é"\\/\u{1F600}\u2028\r\n'
      alice.send(T.SDP_OFFER, { call_id, from_user_id: callerId, to_user_id: calleeId, sdp })
      expect((await bob.next(T.SDP_OFFER)).payload['sdp']).toBe(sdp)
      bob.send(T.SDP_ANSWER, { call_id, from_user_id: calleeId, to_user_id: callerId, sdp })
      expect((await alice.next(T.SDP_ANSWER)).payload['sdp']).toBe(sdp)
      const candidate = {
        candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host',
        sdp_mid: '0',
        sdp_mline_index: 0,
      }
      alice.send(T.ICE_CANDIDATE, { call_id, from_user_id: callerId, to_user_id: calleeId, ...candidate })
      expect((await bob.next(T.ICE_CANDIDATE)).payload).toMatchObject(candidate)
      alice.send(T.HANGUP, { call_id })
      await bob.next(T.HANGUP)
    },
  )
})

describe('what is no message', () => {
  test('WS-4 gets an ERROR, and the connection lives', async () => {
    const { open } = await start()
    const alice = await open()
    const { webSocket } = alice.socket
    for (const [sent, reason] of [
      ['{', 'invalid_json'],
      ['[]', 'not_an_object'],
      ['{"type":1}', 'invalid_field'],
      ['{"type":"NOTHING"}', 'unknown_type'],
      ['{"type":"WELCOME"}', 'server_only_type'],
      [Buffer.from('{"type":"HEARTBEAT","timestamp":1}'), 'invalid_frame'],
    ] as const) {
      webSocket.send(sent)
      expect((await alice.next(T.ERROR)).payload).toMatchObject({ code: 400, reason })
    }
    const bob = await open('roomrtc.binary')
    bob.socket.webSocket.send('{"type":"HEARTBEAT","timestamp":1}')
    expect((await bob.next(T.ERROR)).payload).toMatchObject({ code: 400, reason: 'invalid_frame' })
    bob.socket.webSocket.send(Buffer.alloc(0))
    expect((await bob.next(T.ERROR)).payload).toMatchObject({ code: 400, reason: 'invalid_frame' })
    expect(await alice.drain()).toEqual([])
    expect(await bob.drain()).toEqual([])
  })
})
