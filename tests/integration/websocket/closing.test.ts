import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../../support/ends.ts'
import { createSpyLog } from '../../support/house/spy-log.ts'
import { startWebSocketDaemon, type WebSocketClient } from '../../support/house/web-socket-daemon.ts'
import { logIn } from '../../support/wire/raw-client.ts'
import { T } from '../../support/wire/wire.ts'

const ends = endsAfterEach()
const start = (overrides: Parameters<typeof startWebSocketDaemon>[1] = {}) =>
  startWebSocketDaemon(ends, overrides)

/** What the last ERROR and the close frame say. */
async function farewell(client: WebSocketClient) {
  const { payload } = await client.next(T.ERROR)
  await client.untilClosed()
  const { closeCode, closeReason } = client.socket
  expect(closeReason).toBe(payload['reason'])
  return { closeCode, reason: closeReason }
}

describe('the end of a connection', () => {
  test('WS-10 its code is 1001 where the server stops', async () => {
    const { open, daemon } = await start()
    const alice = await open()
    await logIn(alice, 'alice')
    const stopped = daemon.stop()
    expect(await farewell(alice)).toEqual({ closeCode: 1001, reason: 'shutting_down' })
    await stopped
  })

  test('WS-10 4000 and the code of the ERROR for what has none of its own', async () => {
    const { open } = await start({ limits: { login_timeout_ms: 500 } })
    const late = await open('roomrtc.binary')
    expect(await farewell(late)).toEqual({ closeCode: 4408, reason: 'login_timeout' })
    const first = await open()
    await logIn(first, 'alice')
    const second = await open()
    await logIn(second, 'alice')
    expect(await farewell(first)).toEqual({ closeCode: 4409, reason: 'session_replaced' })
  })

  test('WS-10 WS-11 1013 where the server is full, and 4429 where the address has too many', async () => {
    const full = await start({ server: { max_connections: 1 } })
    await full.overTcp()
    expect(await farewell(await full.open())).toEqual({ closeCode: 1013, reason: 'server_full' })
    const many = await start({ server: { max_connections_per_address: 1 } })
    await many.overTcp()
    const refused = await many.open('roomrtc.binary')
    expect(await farewell(refused)).toEqual({ closeCode: 4429, reason: 'too_many_connections' })
    const crowded = await start({ server: { max_guests: 1 } })
    const guest = await crowded.open()
    await crowded.overTcp()
    expect(await farewell(guest)).toEqual({ closeCode: 1013, reason: 'crowded_out' })
  })

  test('WS-10 WS-12 1000 where the client closes after LOGOUT_REQUEST, which is heard', async () => {
    const { open } = await start()
    const bob = await open()
    await logIn(bob, 'bob')
    const alice = await open()
    await logIn(alice, 'alice')
    await bob.next(T.USER_STATE_UPDATE)
    alice.send(T.LOGOUT_REQUEST, {})
    alice.socket.webSocket.close(1000)
    await alice.untilClosed()
    expect(alice.socket.closeCode).toBe(1000)
    const { payload } = await bob.next(T.USER_STATE_UPDATE)
    expect(payload).toMatchObject({ username: 'alice', state: 'Disconnected' })
  })

  test('WS-12 all is heard that a client has sent in one go before it closes', async () => {
    const { open, overTcp } = await start()
    const bob = await overTcp()
    const bobId = await logIn(bob, 'bob')
    const alice = await open()
    await logIn(alice, 'alice')
    await bob.drain()
    const { webSocket } = alice.socket
    const say = (message: object) => {
      webSocket.send(JSON.stringify(message))
    }
    // The password is checked in another thread: what comes after it waits, and the connection is gone by then.
    const password_hash = 'secret of alice'
    say({ type: 'LOGIN_REQUEST', username: 'alice', password_hash })
    say({ type: 'CALL_REQUEST', to_user_id: bobId })
    say({ type: 'LOGOUT_REQUEST' })
    webSocket.close(1000)
    await alice.untilClosed()
    await bob.next(T.CALL_NOTIFICATION)
    await bob.next(T.HANGUP)
    bob.send(T.USER_LIST_REQUEST, {})
    const { text } = await bob.next(T.USER_LIST_RESPONSE)
    expect(text).toContain('"username":"alice","state":"Disconnected"')
  })

  test('WS-8 who answers pings is kept, who does not is ended', async () => {
    const overrides = { security: { session_timeout_secs: 1 }, heartbeat: { interval_ms: 200 } }
    const { open } = await start(overrides)
    const silent = await open('roomrtc.json', { autoPong: false })
    await logIn(silent, 'silent')
    const browser = await open()
    await logIn(browser, 'browser')
    expect(await farewell(silent)).toEqual({ closeCode: 4408, reason: 'session_timeout' })
    // Another whole timeout later.
    const another = await open('roomrtc.binary', { autoPong: false })
    await logIn(another, 'another')
    expect(await farewell(another)).toEqual({ closeCode: 4408, reason: 'session_timeout' })
    const types = (await browser.drain()).map(({ type }) => type)
    expect(types).not.toContain(T.HEARTBEAT)
  })
})

describe('web pages', () => {
  test('WS-14 pages of other origins are told that they may not, and nothing of theirs is heard', async () => {
    const { open, httpPort } = await start({ http: { allowed_origins: ['https://app.example.org'] } })
    for (const origin of ['https://evil.example', 'null', 'https://app.example.org.evil.example']) {
      const page = await open('roomrtc.json', { headers: { origin } })
      page.send(T.HEARTBEAT, { timestamp: 1 })
      expect(await farewell(page)).toEqual({ closeCode: 1008, reason: 'forbidden_origin' })
    }
    const host = `127.0.0.1:${httpPort}`
    for (const origin of ['https://app.example.org', `http://${host}`]) {
      const page = await open('roomrtc.json', { headers: { origin, host } })
      expect(await page.drain()).toEqual([])
    }
  })
})

describe('the log', () => {
  test('LOG-4 WS-2 it says which way a connection came', async () => {
    const { log, lines } = createSpyLog()
    const { open, overTcp } = await startWebSocketDaemon(ends, {}, log)
    for (const client of [await open(), await open('roomrtc.binary'), await overTcp()]) await client.drain()
    const opened = lines.filter(({ message }) => message === 'connection opened')
    expect(opened.map(({ transport }) => transport)).toEqual(['websocket-json', 'websocket-binary', 'tcp'])
  })
})
