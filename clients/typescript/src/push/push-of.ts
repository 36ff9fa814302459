import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import { LivePush } from './live-push.ts'
import type { Push } from './push.ts'

/** What wakes the devices of the user of a client that `connect` has made. */
export function pushOf(client: Client): Push {
  return partOf(client, LivePush, 'pushOf')
}
