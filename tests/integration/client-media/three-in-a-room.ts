import wrtc from '@roamhq/wrtc'
import { connect } from 'roomrtc-client'
import { bindRoom, type RoomMedia } from 'roomrtc-client/media'
import { type Room, roomsOf } from 'roomrtc-client/rooms'
import { type HeldLine, holdLine } from '../../../scripts/support/held-line.ts'
import { growing } from './received.ts'
import { picture, streamOf, tone } from './sources.ts'
import { until } from './wait-for.ts'

interface Inside {
  readonly room: Room
  readonly media: RoomMedia
}

interface Person {
  readonly id: string
  readonly line: HeldLine
  readonly microphone: MediaStreamTrack
  readonly join: () => Promise<Inside>
}

/** What befalls alice, bob and carol in a room over that server. */
export async function threeInARoom(url: string): Promise<Readonly<Record<string, unknown>>> {
  const [alice, bob, carol] = [await enter(url, 'alice'), await enter(url, 'bob'), await enter(url, 'carol')]
  const [atAlice, atBob, atCarol] = [await alice.join(), await bob.join(), await carol.join()]
  const seen: Record<string, unknown> = {}
  const hear = (to: Inside, from: Person) => receives(to, from, 'audio')
  const allHear = async (...pairs: [Inside, Person][]) => {
    for (const [to, from] of pairs) await hear(to, from)
  }

  await allHear(
    [atAlice, bob],
    [atAlice, carol],
    [atBob, alice],
    [atBob, carol],
    [atCarol, alice],
    [atCarol, bob],
  )
  seen['streams'] = [atAlice, atBob, atCarol].map(({ media }) =>
    [...media.streams.values()].map((stream) => stream.getTracks().map(({ kind }) => kind)),
  )

  const before = [atAlice.media.of(bob.id)?.peerConnection, atBob.media.of(alice.id)?.peerConnection]
  bob.line.goOffline()
  await until('that bob is away', () => atAlice.room.members.get(bob.id)?.state === 'reconnecting')
  // What alice offers now waits for bob.
  await atAlice.media.setStream(streamOf(alice.microphone, picture(160, 120)))
  await receives(atCarol, alice, 'video')
  bob.line.comeBack()
  await receives(atBob, alice, 'video')
  await allHear([atAlice, bob], [atBob, carol], [atCarol, bob])
  const after = [atAlice.media.of(bob.id)?.peerConnection, atBob.media.of(alice.id)?.peerConnection]
  seen['the same connections'] = before.every((one, i) => one !== undefined && one === after[i])

  atAlice.room.update({ audioMuted: true })
  await until('that bob knows it', () => atBob.room.members.get(alice.id)?.audioMuted === true)
  const lost = atCarol.media.of(alice.id)
  const gone = new Promise<string>((resolve) => {
    atAlice.media.on('gone', ({ id }) => {
      resolve(id)
    })
  })
  atAlice.room.remove(carol.id)
  seen['gone'] = (await gone) === carol.id
  await until('the end of her media', () => lost?.state.name === 'closed' && atBob.media.streams.size === 1)
  seen['removed'] = {
    sizes: [atAlice, atBob, atCarol].map(({ media }) => media.streams.size),
    connection: lost?.peerConnection.signalingState,
    'her microphone': carol.microphone.readyState,
    'who is muted stays so': alice.microphone.enabled,
  }
  atAlice.room.update({ audioMuted: false })
  seen['not muted'] = alice.microphone.enabled

  const again = await carol.join()
  await allHear([again, alice], [again, bob], [atAlice, carol], [atBob, carol], [atBob, alice])
  await receives(again, alice, 'video')

  atAlice.room.close()
  const states = () => [atAlice, atBob, again].map(({ room }) => room.state.name).join()
  await until('the end of the room', () => states() === 'ended,ended,ended')
  seen['after the end'] = [atAlice, atBob, again].map(({ media }) => media.streams.size)
  return seen
}

async function enter(url: string, username: string): Promise<Person> {
  const line = holdLine()
  const { surroundings } = line
  const client = await connect(url, { surroundings, reconnect: { firstMs: 100, maxMs: 60_000 } })
  await client.register({ username, password: 'secret' })
  const { id } = await client.login({ username, password: 'secret' })
  const microphone = tone()
  const { RTCPeerConnection, MediaStream } = wrtc
  const join = async () => {
    const room = await roomsOf(client).join('voice')
    return {
      room,
      media: bindRoom(client, room, { RTCPeerConnection, MediaStream, stream: streamOf(microphone) }),
    }
  }
  return { id, line, microphone, join }
}

function receives({ media }: Inside, from: Person, kind: 'audio' | 'video'): Promise<void> {
  return until(`${kind} of ${from.id}`, async () => {
    const one = media.of(from.id)
    return one !== undefined && (await growing(one)).includes(kind)
  })
}
