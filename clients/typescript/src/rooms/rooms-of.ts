import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import { LiveRooms } from './live-rooms.ts'
import type { Rooms } from './rooms.ts'

/** The rooms of a client that `connect` has made: the same ones at each call. Call it before `login`, to miss no invitation. */
export function roomsOf(client: Client): Rooms {
  return partOf(client, LiveRooms, 'roomsOf')
}
