import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import { capabilities, type Capability } from '../wire/capabilities.ts'
import { LiveRooms } from './live-rooms.ts'
import type { Rooms } from './rooms.ts'

/** For `connect`: all that a client agrees on without saying so, and rooms with a media server. */
export const withSfu: readonly Capability[] = [...capabilities, 'sfu']

/** The rooms of a client that `connect` has made: the same ones at each call. Call it before `login`, to miss no invitation. */
export function roomsOf(client: Client): Rooms {
  return partOf(client, LiveRooms, 'roomsOf')
}
