import type { Transport } from '../../session/conversation/sink.ts'
import type { WireRefusal } from '../../session/conversation/present-refusal.ts'
import { AddressCount } from './address/address-count.ts'
import { noTraffic, type TrafficByTransport } from './traffic.ts'
import type { Guest, WaitingRoom } from './waiting-room.ts'

/** A connection with an endpoint behind it, whatever carries it. */
export interface Occupant extends Guest {
  readonly address: string
  readonly transport: Transport
  /** Keeps its deadlines; `now` in monotonic milliseconds. */
  tick(now: number): void
  /** The daemon is about to stop. */
  forewarn(reconnectAfterMs: number): void
  /** The daemon stops. */
  goAway(reconnectAfterMs: number): void
}

export interface PlaceLimits {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
}

/** Who is inside: in all, by address, and among them those who have not logged in. */
export class Places {
  readonly #limits: PlaceLimits
  readonly #waitingRoom: WaitingRoom
  readonly #occupants = new Set<Occupant>()
  readonly #fromAddress = new AddressCount()
  readonly #whenDeserted: (() => void)[] = []
  readonly #traffic = noTraffic()

  constructor(limits: PlaceLimits, waitingRoom: WaitingRoom) {
    this.#limits = limits
    this.#waitingRoom = waitingRoom
  }

  get size(): number {
    return this.#occupants.size
  }

  get traffic(): TrafficByTransport {
    return this.#traffic
  }

  get taken(): Iterable<Occupant> {
    return this.#occupants
  }

  /** Why there is no place for another from there, if there is none. */
  refusalFor(address: string): WireRefusal | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.#limits
    if (this.#occupants.size >= maxConnections) return { reason: 'server_full' }
    if (this.#fromAddress.of(address) >= maxConnectionsPerAddress) return { reason: 'too_many_connections' }
    return undefined
  }

  take(occupant: Occupant): void {
    this.#occupants.add(occupant)
    this.#fromAddress.add(occupant.address)
    this.#waitingRoom.enter(occupant)
    const traffic = this.#traffic[occupant.transport]
    traffic.inside += 1
    traffic.total += 1
  }

  /** It has logged in. */
  trust(occupant: Occupant): void {
    this.#waitingRoom.leave(occupant)
  }

  /** It has logged out. */
  distrust(occupant: Occupant): void {
    this.#waitingRoom.enter(occupant)
  }

  /** Resolves when the last has gone. */
  deserted(): Promise<void> {
    if (this.#occupants.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenDeserted.push(resolve))
  }

  /** It is gone, or has been told to go. */
  free(occupant: Occupant): void {
    if (!this.#occupants.delete(occupant)) return
    if (this.#occupants.size === 0) for (const resolve of this.#whenDeserted.splice(0)) resolve()
    this.#fromAddress.remove(occupant.address)
    this.#traffic[occupant.transport].inside -= 1
    this.#waitingRoom.leave(occupant)
  }
}
