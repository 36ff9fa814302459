/** With more entries than these one goes for each that comes, whatever it says: memory is bounded first. */
const MAX_ENTRIES = 100_000

/** Entries looked at for each new one. */
const LOOKED_AT = 2

/**
 * What is known of addresses and users, by key, and forgotten once it says nothing any more. Each new entry pays for a
 * look at two others, round and round, so that no timer is needed and no look takes long.
 */
export class FadingMap<V> {
  readonly #entries = new Map<string, V>()
  readonly #create: () => V
  readonly #isFaded: (value: V, now: number) => boolean
  // Goes on where it was: an iteration begun anew would pass over the places of all that were deleted.
  #round = this.#entries.entries()

  constructor(create: () => V, isFaded: (value: V, now: number) => boolean) {
    this.#create = create
    this.#isFaded = isFaded
  }

  get size(): number {
    return this.#entries.size
  }

  entries(): Iterable<readonly [string, V]> {
    return this.#entries
  }

  find(key: string): V | undefined {
    return this.#entries.get(key)
  }

  /** Makes it where it is missing; `now` in monotonic milliseconds. */
  get(key: string, now: number): V {
    const found = this.#entries.get(key)
    if (found !== undefined) return found
    for (let i = 0; i < LOOKED_AT; i++) this.#lookAtNext(now)
    const created = this.#create()
    this.#entries.set(key, created)
    return created
  }

  #lookAtNext(now: number): void {
    let next = this.#round.next()
    if (next.done === true) {
      this.#round = this.#entries.entries()
      next = this.#round.next()
      if (next.done === true) return
    }
    const [key, value] = next.value
    if (this.#entries.size >= MAX_ENTRIES || this.#isFaded(value, now)) this.#entries.delete(key)
  }
}
