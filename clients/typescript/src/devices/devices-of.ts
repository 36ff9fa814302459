import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import type { Devices } from './devices.ts'
import { LiveDevices } from './live-devices.ts'

/** The devices of the user of a client that `connect` has made. */
export function devicesOf(client: Client): Devices {
  return partOf(client, LiveDevices, 'devicesOf')
}
