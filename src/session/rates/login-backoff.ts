import type { BackoffTimes } from '../../application/ports/shared-limits.ts'
import { FadingMap } from './fading-map.ts'

interface Failures {
  count: number
  lastAt: number
  /** The user has logged in from there once: the failures of its neighbours do not hold it up. */
  known: boolean
}

/** Of a name so much counts: longer ones are of no use but to fill the memory. */
const NAME_COUNTS = 64

/** One attempt whose password may be looked at. */
export interface LoginAttempt {
  succeeded(): void
  failed(now: number): void
  /** The password was not looked at. */
  cancelled(): void
}

/**
 * Makes whoever guesses passwords wait, twice as long after each failure: by address and user, and by address. Nothing
 * counts by user alone, so nobody can lock a user out from elsewhere. Instants are monotonic milliseconds.
 */
export class LoginBackoff {
  readonly #times: BackoffTimes
  readonly #pairs: FadingMap<Failures>
  readonly #addresses: FadingMap<Failures>

  constructor(times: BackoffTimes) {
    this.#times = times
    const create = (): Failures => ({ count: 0, lastAt: -Infinity, known: false })
    this.#pairs = new FadingMap(create, (failures, now) => !failures.known && this.#isOver(failures, now))
    this.#addresses = new FadingMap(create, (failures, now) => this.#isOver(failures, now))
  }

  /** An attempt, or how many milliseconds to wait for one. */
  begin(address: string, username: string, now: number): LoginAttempt | number {
    const { free, freePerAddress } = this.#times
    const pair = this.#pairs.get(`${address} ${username.slice(0, NAME_COUNTS)}`, now)
    const neighbours = this.#addresses.get(address, now)
    const wait = Math.max(
      this.#waitLeft(pair, free, now),
      pair.known ? 0 : this.#waitLeft(neighbours, freePerAddress, now),
    )
    if (wait > 0) return wait
    // Counted before its password is looked at: many at the same time are no way round. Of an address that has failed
    // seldom it is counted afterwards, so that all of an office can log in at once.
    this.#count(pair, now)
    const suspicious = !pair.known && neighbours.count >= freePerAddress && !this.#isOver(neighbours, now)
    if (suspicious) this.#count(neighbours, now)
    return {
      succeeded: () => {
        pair.count = 0
        pair.known = true
        if (suspicious) takeBack(neighbours)
      },
      failed: (later) => {
        pair.lastAt = later
        if (suspicious) neighbours.lastAt = later
        else this.#count(neighbours, later)
      },
      cancelled: () => {
        takeBack(pair)
        if (suspicious) takeBack(neighbours)
      },
    }
  }

  /** A failure that names no user: counted by address alone, unless that has to wait; how many milliseconds, then. */
  failedOf(address: string, now: number): number {
    const neighbours = this.#addresses.get(address, now)
    const wait = this.#waitLeft(neighbours, this.#times.freePerAddress, now)
    if (wait > 0) return wait
    this.#count(neighbours, now)
    return 0
  }

  #count(failures: Failures, now: number): void {
    if (this.#isOver(failures, now)) failures.count = 0
    failures.count += 1
    failures.lastAt = now
  }

  #waitLeft({ count, lastAt }: Failures, free: number, now: number): number {
    const { firstMs, longestMs } = this.#times
    if (count <= free) return 0
    return lastAt + Math.min(firstMs * 2 ** (count - free - 1), longestMs) - now
  }

  /** Forgiven once nothing has happened for twice the longest wait. */
  #isOver({ lastAt }: Failures, now: number): boolean {
    return now >= lastAt + 2 * this.#times.longestMs
  }
}

function takeBack(failures: Failures): void {
  failures.count = Math.max(0, failures.count - 1)
}
