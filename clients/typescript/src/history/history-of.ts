import type { Client } from '../client/client.ts'
import { partOf } from '../client/part-of.ts'
import type { History } from './history.ts'
import { LiveHistory } from './live-history.ts'

/** The history of a client that `connect` has made: the same one at each call. Call it before `login`, to hear `unseen`. */
export function historyOf(client: Client): History {
  return partOf(client, LiveHistory, 'historyOf')
}
