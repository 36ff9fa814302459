import { type Room, roomsOf, type SfuEvents, type SfuSignal } from 'roomrtc-client/rooms'
import { expect, it } from 'vitest'
import { aliceIn } from '../../support/client/fake-client.ts'
import type { FakeWorld } from '../../support/client/fake-world.ts'

const streams = [{ mid: '0', user_id: 'bob', kind: 'audio', source: '1' }]
const from = { call_id: 'board', from_user_id: 'sfu', to_user_id: 'alice' }

/** alice in a room with this mode. */
async function inside(mode: 'mesh' | 'sfu'): Promise<{ world: FakeWorld; room: Room }> {
  const { world, client } = await aliceIn({}, ['resume', 'rooms', 'sfu'])
  const joining = roomsOf(client).join('board')
  const { request_id } = world.line.takeOne('ROOM_JOIN')
  const board = { room_id: 'board', name: 'board', mode, max_members: 10, invite_only: false }
  world.line.say('ROOM_JOINED', { ...board, members: [], request_id, seq: 1 })
  return { world, room: await joining }
}

function hear({ sfu }: Room): unknown[] {
  const heard: unknown[] = []
  sfu?.on('state', (state) => heard.push(state))
  sfu?.on('signal', ({ kind, connection, streams: carried }: SfuEvents['signal']) =>
    heard.push([kind, connection, carried]),
  )
  return heard
}

it('PKG-90 signals of the media server wait for a listener, and a loss makes them void', async () => {
  const { world, room } = await inside('sfu')
  const offer = { ...from, sdp: 'v=0' }
  world.line.say('SDP_OFFER', { ...offer, connection: 'subscribe-1', streams, seq: 2 })
  world.line.say('SFU_STATE', { room_id: 'board', state: 'lost', seq: 3 })
  expect(room.sfu?.state).toBe('lost')
  world.line.say('SFU_STATE', { room_id: 'board', state: 'ready', seq: 4 })
  world.line.say('SDP_OFFER', { ...offer, connection: 'subscribe-2', streams, seq: 5 })
  world.line.say('ICE_CANDIDATE', {
    ...{ ...from, candidate: 'c', sdp_mid: '0', sdp_mline_index: 0, connection: 'subscribe-2', seq: 6 },
  })
  const heard = hear(room)
  world.line.say('SDP_ANSWER', { ...offer, connection: 'publish', seq: 7 })
  world.line.say('SFU_STATE', { room_id: 'elsewhere', state: 'lost', seq: 8 })
  world.line.say('SDP_OFFER', { ...offer, connection: 'subscribe-2', streams: 'nonsense', seq: 9 })
  expect(heard).toEqual([
    ['offer', 'subscribe-2', [{ mid: '0', user: 'bob', kind: 'audio', source: '1' }]],
    ['candidate', 'subscribe-2', []],
    ['answer', 'publish', []],
    ['offer', 'subscribe-2', []],
  ])
})

it('PKG-90 what is sent to the media server bears the name of its connection, and a later listener asks for an offer', async () => {
  const { world, room } = await inside('sfu')
  const signals: readonly SfuSignal[] = [
    { kind: 'offer', sdp: 'mine', connection: 'publish' },
    { kind: 'answer', sdp: 'to yours', connection: 'subscribe-1' },
    { kind: 'candidate', candidate: 'c', sdpMid: null, sdpMLineIndex: null, connection: 'publish' },
  ]
  for (const signal of signals) room.sfu?.send(signal)
  const to = { call_id: 'board', from_user_id: 'a', to_user_id: 'sfu' }
  const sent = world.line.take()
  expect(sent.map(({ type, payload }) => [type, payload])).toMatchObject([
    ['SDP_OFFER', { ...to, sdp: 'mine', connection: 'publish' }],
    ['SDP_ANSWER', { ...to, sdp: 'to yours', connection: 'subscribe-1' }],
    ['ICE_CANDIDATE', { ...to, sdp_mid: '', sdp_mline_index: 0, connection: 'publish' }],
  ])
  hear(room)
  expect(world.line.take()).toEqual([])
  hear(room)
  expect(world.line.takeOne('SFU_RENEW')).toMatchObject({ room_id: 'board' })
})

it('PKG-90 a room whose members send to each other has no media server', async () => {
  const { room } = await inside('mesh')
  expect(room.sfu).toBeUndefined()
})
