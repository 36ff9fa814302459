import { FadingMap } from './fading-map.ts'

/** An address counts as that of people who log in for so long after somebody did. */
const LATELY_MS = 24 * 60 * 60 * 1000

/** Wrong passwords since then that are taken for mistakes. */
const MISTAKES = 3

interface Place {
  lastLoginAt: number
  failures: number
}

/** Of a name so much counts: longer ones are of no use but to fill the memory. */
const NAME_COUNTS = 64

/**
 * From where people log in: they need not wait behind strangers when their passwords are to be checked (PW-25). Instants
 * are monotonic milliseconds; what is known is bounded, and gone after a restart.
 */
export class Regulars {
  readonly #places = new FadingMap<Place>(
    () => ({ lastLoginAt: -Infinity, failures: 0 }),
    (place, now) => !isLately(place, now),
  )
  /** By user: the address of the last login. */
  readonly #homes = new FadingMap<{ address: string }>(
    () => ({ address: '' }),
    () => false,
  )

  /** Whether somebody has logged in from there lately, or this user the last time. */
  knows(address: string, username: string, now: number): boolean {
    if (this.#homes.find(nameOf(username))?.address === address) return true
    const place = this.#places.find(address)
    return place !== undefined && isLately(place, now) && place.failures <= MISTAKES
  }

  loggedIn(address: string, username: string, now: number): void {
    this.#homes.get(nameOf(username), now).address = address
    const place = this.#places.get(address, now)
    place.lastLoginAt = now
    place.failures = 0
  }

  /** The password was wrong. */
  failed(address: string): void {
    const place = this.#places.find(address)
    if (place !== undefined) place.failures += 1
  }
}

function isLately({ lastLoginAt }: Place, now: number): boolean {
  return now - lastLoginAt < LATELY_MS
}

function nameOf(username: string): string {
  return username.slice(0, NAME_COUNTS)
}
