/*
 * A member of a room by roomrtc-client, as a program of its own: `client-member.ts PORT NAME ROOM`. A line of its input is
 * something to do; a line of its output is what it sends and gets just now. It is killed at the end, see media-peer.ts.
 */
import { createInterface } from 'node:readline'
import wrtc from '@roamhq/wrtc'
import { connect } from 'roomrtc-client'
import { bindRoom, type RoomMedia } from 'roomrtc-client/media'
import { type Room, roomsOf, withSfu } from 'roomrtc-client/rooms'
import { picture, streamOf, tone } from '../../../integration/client-media/sources.ts'

const LOOK_MS = 250
const { MediaStream, RTCPeerConnection } = wrtc
const [, , port = '', username = '', roomId = ''] = process.argv

/** Each that was ever made. */
const made: RTCPeerConnection[] = []
class Kept extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration)
    made.push(this)
  }
}

const sound = tone()
const client = await connect(`tcp://127.0.0.1:${port}`, { capabilities: withSfu })
const account = { username, password: 'digest' }
await client.register(account)
await client.login(account)
const room = await roomsOf(client).join(roomId)
let media = bind(room, streamOf(sound, picture(160, 120)))
let before = new Map<string, number>()
setInterval(() => void look(), LOOK_MS)

const deeds: Readonly<Record<string, () => unknown>> = {
  mute: () => {
    room.update({ audioMuted: true })
  },
  'sound alone': () => media.setStream(streamOf(sound)),
  'bind again': () => {
    media.close()
    media = bind(room, streamOf(sound, picture(160, 120)))
  },
  leave: () => {
    room.leave()
  },
}
createInterface({ input: process.stdin }).on('line', (line) => void deeds[line]?.())

function bind(inside: Room, stream: MediaStream): RoomMedia {
  return bindRoom(client, inside, { stream, MediaStream, RTCPeerConnection: Kept })
}

async function look(): Promise<void> {
  const now = new Map<string, number>()
  const names = new Map<string, string>()
  for (const member of room.members) {
    const stream = media.streams.get(member.id)
    for (const { id, kind } of stream?.getTracks() ?? []) names.set(id, `${member.username} ${kind}`)
  }
  const open = made.filter(({ connectionState }) => connectionState !== 'closed')
  for (const connection of open)
    for (const entry of (await connection.getStats()).values()) {
      const { type, trackIdentifier, bytesReceived } = { ...entry }
      const name = names.get(String(trackIdentifier))
      if (type === 'inbound-rtp' && name !== undefined) now.set(name, Number(bytesReceived))
    }
  const gets = [...now].filter(([name, bytes]) => bytes > (before.get(name) ?? bytes)).map(([name]) => name)
  before = now
  const states = [...room.members].map(
    (member) => `${member.username} ${media.of(member)?.state.name ?? 'gone'}`,
  )
  const said = {
    gets: gets.toSorted(),
    states,
    connections: open.length,
    made: made.length,
    soundIsOn: sound.enabled,
  }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
