import type { Client } from '../index.ts'
import type { Room } from '../rooms/index.ts'
import { BoundRoom } from './room/bound-room.ts'
import type { RoomMedia, RoomMediaOptions } from './room/room-media.ts'
import { SfuRoom } from './room/sfu/sfu-room.ts'

/**
 * Gives a room its audio, video and data: a connection for each other member, as bindMedia makes one for a call; or, in a
 * room with a media server, one for what is sent and one for all that comes. It follows who comes and goes, and closes itself
 * when the room ends. Throws where there is no RTCPeerConnection.
 */
export function bindRoom(
  client: Pick<Client, 'iceServers' | 'on'>,
  room: Room,
  options: RoomMediaOptions = {},
): RoomMedia {
  const { sfu } = room
  return sfu === undefined
    ? new BoundRoom(client, room, options)
    : new SfuRoom(client, room, { sfu, options })
}
