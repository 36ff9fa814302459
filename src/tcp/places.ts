import type { WireRefusal } from '../session/present-refusal.ts'
import { AddressCount } from './address-count.ts'
import type { Connection } from './connection.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface PlaceLimits {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
}

/** Who is inside: in all, by address, and among them those who have not logged in. */
export class Places {
  readonly #limits: PlaceLimits
  readonly #waitingRoom: WaitingRoom
  readonly #connections = new Set<Connection>()
  readonly #fromAddress = new AddressCount()

  constructor(limits: PlaceLimits, waitingRoom: WaitingRoom) {
    this.#limits = limits
    this.#waitingRoom = waitingRoom
  }

  get taken(): Iterable<Connection> {
    return this.#connections
  }

  /** Why there is no place for another from there, if there is none. */
  refusalFor(address: string): WireRefusal | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.#limits
    if (this.#connections.size >= maxConnections) return { reason: 'server_full' }
    if (this.#fromAddress.of(address) >= maxConnectionsPerAddress) return { reason: 'too_many_connections' }
    return undefined
  }

  take(connection: Connection): void {
    this.#connections.add(connection)
    this.#fromAddress.add(connection.address)
    this.#waitingRoom.enter(connection)
  }

  /** It has logged in. */
  trust(connection: Connection): void {
    this.#waitingRoom.leave(connection)
  }

  /** It has logged out. */
  distrust(connection: Connection): void {
    this.#waitingRoom.enter(connection)
  }

  /** It is gone, or has been told to go. */
  free(connection: Connection): void {
    if (!this.#connections.delete(connection)) return
    this.#fromAddress.remove(connection.address)
    this.#waitingRoom.leave(connection)
  }
}
