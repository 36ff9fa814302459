import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import { LiveUsers } from '../users/live-users.ts'
import { LiveWatch } from './live-watch.ts'
import type { Watch, WatchOptions } from './watch.ts'

/** Of whom the server tells a client that `connect` has made: the same at each call. With `list` call it before `login`. */
export function watchOf(client: Client, { list }: WatchOptions = {}): Watch {
  const watch = partOf(client, LiveWatch, 'watchOf')
  const { users } = client
  if (users instanceof LiveUsers) {
    watch.follow(client, users)
    if (list !== undefined) users.first = { limit: list }
  }
  return watch
}
