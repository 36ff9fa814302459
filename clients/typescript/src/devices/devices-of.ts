import type { Client } from '../client/client.ts'
import { RoomClient } from '../client/room-client.ts'
import type { Devices } from './devices.ts'
import { LiveDevices } from './live-devices.ts'

/** The devices of the user of a client that `connect` has made. */
export function devicesOf(client: Client): Devices {
  if (!(client instanceof RoomClient)) throw new TypeError('devicesOf needs a client that connect has made')
  return client.part(LiveDevices)
}
