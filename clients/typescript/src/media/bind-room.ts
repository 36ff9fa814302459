import type { Client } from '../index.ts'
import type { Room } from '../rooms/index.ts'
import { BoundRoom } from './room/bound-room.ts'
import type { RoomMedia, RoomMediaOptions } from './room/room-media.ts'

/**
 * Gives a room its audio, video and data: a connection for each other member, as bindMedia makes one for a call. It follows
 * who comes and goes, and closes itself when the room ends. Throws where there is no RTCPeerConnection.
 */
export function bindRoom(
  client: Pick<Client, 'iceServers' | 'on'>,
  room: Room,
  options: RoomMediaOptions = {},
): RoomMedia {
  return new BoundRoom(client, room, options)
}
