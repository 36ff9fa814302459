/** A connection that has not logged in. */
export interface Guest {
  /** As `addressKey` gives it. */
  readonly address: string
  /** Something that it asked is being handled. */
  readonly isBusy: boolean
}

export interface WaitingRoomLimits {
  readonly maxGuests: number
  readonly maxGuestsPerAddress: number
}

/**
 * Those who have not logged in: so many in all and from one address. Where it is full the one that has waited longest
 * makes room, for who means to log in does so soon (BOUND-5): nobody can keep others out by saying nothing.
 */
export class WaitingRoom<T extends Guest> {
  readonly #limits: WaitingRoomLimits
  // In the order of their coming.
  readonly #guests = new Set<T>()
  readonly #byAddress = new Map<string, Set<T>>()

  constructor(limits: WaitingRoomLimits) {
    this.#limits = limits
  }

  /** Gives who must go for it, if somebody must. */
  enter(guest: T): T | undefined {
    const neighbours = this.#byAddress.get(guest.address) ?? new Set()
    const leaving =
      neighbours.size >= this.#limits.maxGuestsPerAddress
        ? longestIdle(neighbours)
        : this.#guests.size >= this.#limits.maxGuests
          ? longestIdle(this.#guests)
          : undefined
    if (leaving !== undefined) this.leave(leaving)
    this.#guests.add(guest)
    this.#byAddress.set(guest.address, (this.#byAddress.get(guest.address) ?? new Set()).add(guest))
    return leaving
  }

  /** It has logged in, or is gone. */
  leave(guest: T): void {
    if (!this.#guests.delete(guest)) return
    const neighbours = this.#byAddress.get(guest.address)
    neighbours?.delete(guest)
    if (neighbours?.size === 0) this.#byAddress.delete(guest.address)
  }
}

/** Whoever waits for its password to be checked stays, unless all do. */
function longestIdle<T extends Guest>(guests: ReadonlySet<T>): T | undefined {
  let first: T | undefined
  for (const guest of guests) {
    if (!guest.isBusy) return guest
    first ??= guest
  }
  return first
}
