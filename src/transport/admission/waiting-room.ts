/** Whoever has not logged in: a connection, or a socket that is not one yet. */
export interface Guest {
  /** As `addressKey` gives it; undefined where it is not known yet. */
  readonly address: string | undefined
  /** Something that it asked is being handled. */
  readonly isBusy: boolean
  /** It must make room. */
  crowdOut(): void
}

export interface WaitingRoomLimits {
  readonly maxGuests: number
  readonly maxGuestsPerAddress: number
}

/**
 * Those who have not logged in: so many in all and from one address. Where it is full the one that has waited longest
 * makes room, for who means to log in does so soon (BOUND-5): nobody can keep others out by saying nothing.
 */
export class WaitingRoom {
  readonly #limits: WaitingRoomLimits
  // In the order of their coming.
  readonly #guests = new Set<Guest>()
  readonly #byAddress = new Map<string, Set<Guest>>()

  constructor(limits: WaitingRoomLimits) {
    this.#limits = limits
  }

  /** Sends away who must go for it, if somebody must. */
  enter(guest: Guest): void {
    const leaving = this.#whoGoesFor(guest)
    if (leaving !== undefined) {
      this.leave(leaving)
      leaving.crowdOut()
    }
    this.#guests.add(guest)
    const { address } = guest
    if (address !== undefined)
      this.#byAddress.set(address, (this.#byAddress.get(address) ?? new Set()).add(guest))
  }

  /** It has logged in, or is gone. */
  leave(guest: Guest): void {
    if (!this.#guests.delete(guest) || guest.address === undefined) return
    const neighbours = this.#byAddress.get(guest.address)
    neighbours?.delete(guest)
    if (neighbours?.size === 0) this.#byAddress.delete(guest.address)
  }

  #whoGoesFor({ address }: Guest): Guest | undefined {
    const neighbours = address === undefined ? undefined : this.#byAddress.get(address)
    if (neighbours !== undefined && neighbours.size >= this.#limits.maxGuestsPerAddress)
      return longestIdle(neighbours)
    return this.#guests.size >= this.#limits.maxGuests ? longestIdle(this.#guests) : undefined
  }
}

/** Whoever waits for its password to be checked stays, unless all do. */
function longestIdle(guests: ReadonlySet<Guest>): Guest | undefined {
  let first: Guest | undefined
  for (const guest of guests) {
    if (!guest.isBusy) return guest
    first ??= guest
  }
  return first
}
