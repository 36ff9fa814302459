import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../support/ends.ts'
import { SFU_CAPABILITIES } from '../support/house/sfu-house.ts'
import { startWebSocketDaemon } from '../support/house/web-socket-daemon.ts'
import { findFreePort } from '../support/programs/free-port.ts'
import { EventClient } from '../support/wire/event-client.ts'
import { httpAsk } from '../support/wire/http-client.ts'
import { logIn } from '../support/wire/raw-client.ts'
import { T } from '../support/wire/wire.ts'

const ends = endsAfterEach()

type Client = Parameters<typeof logIn>[0]

/** With a media server that is not there. */
async function start() {
  const urls = [`ws://127.0.0.1:${await findFreePort('tcp')}`]
  return startWebSocketDaemon(ends, { sfu: { urls, secret: 'of the test' } })
}

async function enter(client: Client, name: string) {
  client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: SFU_CAPABILITIES })
  await client.next(T.WELCOME)
  const id = await logIn(client, name)
  client.send(T.ROOM_JOIN, { room_id: 'board' })
  return { id, joined: (await client.next(T.ROOM_JOINED)).payload }
}

describe('a room whose media server is away', () => {
  test('SFU-1 SFU-3 SFU-6 members over any transport are told so, stay, and signal to nobody else', async () => {
    const { open, overTcp } = await start()
    const [alice, bob] = [await overTcp(), await open('roomrtc.json')]
    const { id, joined } = await enter(alice, 'alice')
    expect(joined).toMatchObject({ mode: 'sfu', members: [] })
    await enter(bob, 'bob')
    for (const client of [alice, bob]) {
      expect((await client.next(T.SFU_STATE)).payload).toMatchObject({ room_id: 'board', state: 'lost' })
      client.send(T.SDP_OFFER, { call_id: 'board', to_user_id: 'sfu', sdp: 'v=0', connection: 'publish' })
    }
    bob.send(T.SDP_OFFER, { call_id: 'board', from_user_id: 'x', to_user_id: id, sdp: 'v=0' })
    expect((await bob.next(T.ERROR)).payload).toMatchObject({
      code: 404,
      reason: 'not_room_member',
      in_reply_to: T.SDP_OFFER,
    })
    bob.send(T.ROOM_LEAVE, { room_id: 'board' })
    expect((await bob.next(T.ROOM_LEFT)).payload).toMatchObject({ reason: 'left' })
    expect((await alice.next(T.ROOM_MEMBER)).payload).toMatchObject({ event: 'joined' })
    expect((await alice.next(T.ROOM_MEMBER)).payload).toMatchObject({ event: 'left' })
  })

  test('SFU-2 DOOR-5 the door for rooms alone does not lead into it', async () => {
    const { httpPort } = await start()
    const base = `127.0.0.1:${httpPort}`
    const credentials = { username: 'alice', password: 'password of alice' }
    await httpAsk(`http://${base}/api/users/register`, 'POST', credentials)
    const { body } = await httpAsk(`http://${base}/auth/login`, 'POST', credentials)
    const token = String(Object(body)['token'])
    const door = new EventClient(`ws://${base}/ws/board?token=${token}`)
    ends.push(() => door.close())
    expect(await door.next()).toMatchObject({ type: 'error', error: 'sfu_needed' })
    expect(await door.closed).toMatchObject({ code: 4409 })
  })
})
