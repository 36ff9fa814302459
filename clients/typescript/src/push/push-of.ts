import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import { capabilities, type Capability } from '../wire/capabilities.ts'
import { LivePush } from './live-push.ts'
import type { Push } from './push.ts'

/** For `connect`: all that a client agrees on without saying so, and push. */
export const withPush: readonly Capability[] = [...capabilities, 'push']

/** What wakes the devices of the user of a client that `connect` has made with `capabilities: withPush`. */
export function pushOf(client: Client): Push {
  return partOf(client, LivePush, 'pushOf')
}
