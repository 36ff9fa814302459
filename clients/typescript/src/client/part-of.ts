import type { Client } from './client.ts'
import type { Host, Part } from './part.ts'
import { RoomClient } from './room-client.ts'

/** The part of this kind, the same one at each call. `asker` is the function that is called for it. */
export function partOf<P extends Part>(client: Client, Kind: new (host: Host) => P, asker: string): P {
  if (!(client instanceof RoomClient)) throw new TypeError(`${asker} needs a client that connect has made`)
  return client.part(Kind)
}
