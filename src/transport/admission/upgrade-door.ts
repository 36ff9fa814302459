import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Peer } from './peer.ts'

/** Where an HTTP connection becomes something else. `head` are bytes that came behind the request. */
export interface UpgradeDoor {
  /** One that ends in `/*` is that of every path with a name in the place of the star. */
  readonly path: string
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, client: Peer): void
}
