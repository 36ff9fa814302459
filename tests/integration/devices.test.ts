import { expect, test } from 'vitest'
import { openWebSocketStream } from '../../bench/shared/web-socket-stream.ts'
import { endsAfterEach } from '../support/ends.ts'
import { startSocketIoDaemon } from '../support/house/socket-io-daemon.ts'
import { httpAsk, type HttpClient, httpClient } from '../support/wire/http-client.ts'
import { RawClient } from '../support/wire/raw-client.ts'
import { T } from '../support/wire/wire.ts'

const ends = endsAfterEach()

type Framed = Pick<RawClient, 'send' | 'next'>

/** Bob by plain HTTP, in a page, in a page that speaks in events, and by a client of version 1 over TCP; alice calls. */
async function bobEverywhere() {
  const house = await startSocketIoDaemon(ends, { security: { max_sessions_per_user: 5, guests: false } })
  const { base, httpPort } = house
  const alice = await httpClient(base, 'alice')
  const plain = await httpClient(base, 'bob')
  const enter = async <Client extends Framed>(client: Client, hello: boolean): Promise<Client> => {
    if (hello) {
      client.send(T.HELLO, {
        protocol: 1,
        client: 'page',
        capabilities: ['resume', 'call_control', 'devices'],
      })
      await client.next(T.WELCOME)
    }
    client.send(T.LOGIN_REQUEST, { token: plain.token })
    await client.next(T.LOGIN_RESPONSE)
    return client
  }
  const page = new RawClient(await openWebSocketStream(`ws://127.0.0.1:${httpPort}/ws`, 'roomrtc.json', {}))
  ends.push(() => page.close())
  await enter(page, true)
  const native = await enter(house.connect(), false)
  const events = house.open('websocket', { auth: { token: plain.token } })
  await events.next('user_registered')
  return { ...house, alice, plain, page, native, events }
}

const ring = async (alice: HttpClient) =>
  String((await alice.post('/api/call/initiate', { to_username: 'bob', sdp: 'offer' })).body['call_id'])

test('DEV-2 HTTP-28 SIO-8 a call rings over every transport, and each is told in its own words who has it', async () => {
  const { alice, plain, page, native, events } = await bobEverywhere()
  const call_id = await ring(alice)
  expect((await page.next(T.CALL_NOTIFICATION)).payload).toMatchObject({ call_id, sdp: 'offer' })
  expect((await native.next(T.CALL_NOTIFICATION)).payload).toMatchObject({ call_id })
  expect(await events.next('incoming_call')).toMatchObject({ callId: call_id, from: 'alice' })
  expect((await plain.get('/api/signal/incoming')).body).toMatchObject({ call: { call_id, sdp: 'offer' } })

  native.send(T.CALL_RESPONSE, { call_id, accepted: true })
  expect((await native.next(T.SDP_OFFER)).payload).toMatchObject({ call_id, sdp: 'offer' })
  const reason = 'answered_elsewhere'
  expect((await page.next(T.HANGUP)).payload).toMatchObject({ call_id, reason })
  expect(await events.next('call_ended')).toMatchObject({ callId: call_id, reason })
  expect(await plain.nextEvents(1)).toMatchObject([{ type: 'HANGUP', call_id, reason }])
  expect((await plain.get('/api/signal/incoming')).body).toEqual({ call: null })
  expect(await plain.post('/api/call/end', { call_id })).toMatchObject({ status: 404 })
})

test('HTTP-38 DEV-9 DEV-11 DEV-12 devices are listed, calls taken and sessions ended by plain requests', async () => {
  const { base, alice, plain, page, events } = await bobEverywhere()
  const call_id = await ring(alice)
  await page.next(T.CALL_NOTIFICATION)
  page.send(T.CALL_RESPONSE, { call_id, accepted: true })
  expect(await alice.nextEvents(1)).toMatchObject([{ type: 'CALL_ACCEPTED', call_id }])

  const { body: listed } = await plain.get('/api/devices')
  expect(listed).toMatchObject({
    devices: [
      { client: 'http', transport: 'http', connected: true, this: true },
      { client: 'page', transport: 'websocket-json', connected: true, this: false, call_id },
      { client: '', transport: 'tcp' },
      { transport: 'socket-io' },
    ],
  })
  expect((await httpAsk(`${base}/debug/users`, 'GET')).body['users']).toMatchObject([
    { username: 'alice', sessions: 1, connected: true, call_id },
    { username: 'bob', sessions: 4, connected: true, call_id },
  ])

  expect(await plain.post('/api/call/move', { call_id })).toMatchObject({
    status: 200,
    body: { call_id, role: 'callee', peer_username: 'alice', peer_state: 'connected' },
  })
  expect(await plain.post('/api/call/move', { call_id })).toMatchObject({
    status: 409,
    body: { error: 'already_in_call' },
  })
  expect((await page.next(T.HANGUP)).payload).toMatchObject({ call_id, reason: 'moved' })
  expect(await alice.nextEvents(2)).toMatchObject([{ type: 'PEER_STATE', state: 'moved' }])
  expect((await plain.post('/api/signal/offer', { call_id, sdp: 'new' })).status).toBe(202)
  expect(await alice.nextEvents(3)).toMatchObject([{ type: 'SDP_OFFER', sdp: 'new' }])

  const [own, second, , last] = idsIn(listed)
  const remove = (id: string | undefined, { base, headers } = plain) =>
    httpAsk(`${base}/api/devices/${id}`, 'DELETE', undefined, headers)
  expect(await remove(second, alice)).toMatchObject({
    status: 404,
    body: { error: 'session_not_found' },
  })
  expect(idsIn((await remove(second)).body)).toHaveLength(3)
  expect((await page.next(T.ERROR)).payload).toMatchObject({ reason: 'logged_out_elsewhere' })
  expect(idsIn((await remove(last)).body)).toHaveLength(2)
  expect(await events.next('force_disconnect')).toMatchObject({ reason: 'logged_out_elsewhere' })
  expect((await remove(own)).status).toBe(200)
  expect(await alice.nextEvents(4)).toMatchObject([{ type: 'HANGUP', call_id, reason: 'logout' }])
  expect((await plain.get('/api/devices')).status).toBe(401)
})

function idsIn({ devices }: Readonly<Record<string, unknown>>): readonly string[] {
  if (!Array.isArray(devices)) throw new Error('no list')
  return devices.map((device: { readonly session_id: string }) => device.session_id)
}
