import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import { LiveUsers } from '../users/live-users.ts'
import { LiveWatch } from './live-watch.ts'
import type { Watch } from './watch.ts'

/** Of whom the server tells a client that `connect` has made: the same at each call. */
export function watchOf(client: Client): Watch {
  const watch = partOf(client, LiveWatch, 'watchOf')
  if (client.users instanceof LiveUsers) watch.follow(client, client.users)
  return watch
}
