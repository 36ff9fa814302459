import wrtc from '@roamhq/wrtc'
import { connect } from 'roomrtc-client'
import { bindRoom } from 'roomrtc-client/media'
import { roomsOf } from 'roomrtc-client/rooms'
import { expect, test } from 'vitest'
import { holdLine } from '../../../scripts/support/held-line.ts'
import { endsAfterEach } from '../../support/ends.ts'
import { startTestDaemon } from '../../support/house/running-daemon.ts'
import { until } from './wait-for.ts'

const ends = endsAfterEach()

test('MEDIA-22 an answer to who has left meanwhile and come again is not taken', async () => {
  const daemon = await startTestDaemon({ webrtc: { stun_servers: [] } })
  ends.push(() => daemon.stop())
  const faults: unknown[] = []
  let offers = 0
  const line = holdLine(({ way, message }) => {
    if (way === 'received' && message.type === 'SDP_OFFER' && (offers += 1) === 1)
      queueMicrotask(() => {
        line.goOffline()
      })
  })
  const [alice, bob] = [await enter('alice', holdLine()), await enter('bob', line)]
  const atBob = await bob.join()
  const before = await alice.join()
  await until('that bob is away', () => before.room.members.get(bob.id)?.state === 'reconnecting')
  // The answer waits for the connection to the server.
  await until(
    'an answer',
    () =>
      atBob.media.of(alice.id)?.peerConnection.signalingState === 'stable' &&
      atBob.media.of(alice.id)?.peerConnection.localDescription?.type === 'answer',
  )
  before.room.leave()
  const atAlice = await alice.join()
  await until(
    'an offer',
    () => atAlice.media.of(bob.id)?.peerConnection.signalingState === 'have-local-offer',
  )
  line.comeBack()
  const open = () =>
    atAlice.media.of(bob.id)?.channel?.readyState === 'open' &&
    atBob.media.of(alice.id)?.channel?.readyState === 'open'
  await until('an open channel', open)
  // Nobody had to look for another way.
  expect([offers, faults]).toEqual([2, []])

  async function enter(username: string, { surroundings }: ReturnType<typeof holdLine>) {
    const client = await connect(`tcp://127.0.0.1:${daemon.port}`, {
      surroundings,
      reconnect: { firstMs: 50, maxMs: 60_000 },
    })
    ends.push(() => client.close())
    await client.register({ username, password: 'secret' })
    const { id } = await client.login({ username, password: 'secret' })
    const { RTCPeerConnection } = wrtc
    const join = async () => {
      const room = await roomsOf(client).join('voice')
      const log = (entry: object) => faults.push(entry)
      return { room, media: bindRoom(client, room, { RTCPeerConnection, dataChannel: 'chat', log }) }
    }
    return { id, join }
  }
})
