import { describe, expect, test } from 'vitest'
import { endsAfterEach } from '../support/ends.ts'
import { ROOM_CAPABILITIES } from '../support/house/roommate.ts'
import { startWebSocketDaemon } from '../support/house/web-socket-daemon.ts'
import type { RawClient } from '../support/wire/raw-client.ts'
import { T } from '../support/wire/wire.ts'

const ends = endsAfterEach()

type Client = Pick<RawClient, 'send' | 'next'>

async function enter(client: Client, username: string): Promise<string> {
  client.send(T.HELLO, { protocol: 1, client: 'test', capabilities: ROOM_CAPABILITIES })
  await client.next(T.WELCOME)
  client.send(T.REGISTER_REQUEST, { username, password_hash: 'pw' })
  await client.next(T.REGISTER_RESPONSE)
  client.send(T.LOGIN_REQUEST, { username, password_hash: 'pw' })
  const { payload } = await client.next(T.LOGIN_RESPONSE)
  client.send(T.ROOM_JOIN, { room_id: 'voice' })
  return String(payload['user_id'])
}

describe('a room of members over different transports', () => {
  test('ROOM-1 ROOM-4 ROOM-8 each newcomer offers to each member, and every signal arrives as it was sent', async () => {
    const { open, overTcp } = await startWebSocketDaemon(ends)
    const clients: Client[] = [await overTcp(), await open('roomrtc.json'), await open('roomrtc.binary')]
    const ids: string[] = []
    for (const [at, client] of clients.entries()) {
      ids.push(await enter(client, `user${at}`))
      const { payload } = await client.next(T.ROOM_JOINED)
      const members = payload['members']
      expect(members).toMatchObject(ids.slice(0, -1).map((user_id) => ({ user_id })))
      for (const [other, earlier] of clients.slice(0, at).entries()) {
        const news = await earlier.next(T.ROOM_MEMBER)
        expect(news.payload).toMatchObject({ event: 'joined', member: { user_id: ids[at] } })
        const offer = { call_id: 'voice', from_user_id: ids[at], to_user_id: ids[other] }
        // Once just as the server writes it, once with what is to be written anew.
        for (const sdp of ['v=0\r\no=- 1 2', 'v=0\r\ns=é/"\\'])
          client.send(T.SDP_OFFER, { ...offer, sdp: `${sdp} ${at}` })
        for (const sdp of ['v=0\r\no=- 1 2', 'v=0\r\ns=é/"\\'])
          expect((await earlier.next(T.SDP_OFFER)).payload).toMatchObject({ ...offer, sdp: `${sdp} ${at}` })
        earlier.send(T.SDP_ANSWER, { call_id: 'voice', to_user_id: ids[at], sdp: 'v=0\r\n' })
        expect((await client.next(T.SDP_ANSWER)).payload).toMatchObject({ from_user_id: ids[other] })
      }
    }
  })
})
