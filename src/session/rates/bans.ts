import type { SharedBan, SharedBans } from '../../application/ports/shared-limits.ts'
import { FadingMap } from './fading-map.ts'

export interface BanTimes {
  readonly firstMs: number
  readonly longestMs: number
}

interface Ban {
  times: number
  until: number
}

/** Addresses from which no connection is taken for a while: twice as long each time, until they have kept quiet. */
export class Bans {
  readonly #times: BanTimes
  readonly #shared: SharedBans | undefined
  readonly #bans: FadingMap<Ban>

  /** `shared`: with other nodes, which are told of each change and tell theirs. */
  constructor(times: BanTimes, shared?: SharedBans) {
    this.#times = times
    this.#shared = shared
    this.#bans = new FadingMap(
      () => ({ times: 0, until: -Infinity }),
      ({ until }, now) => now >= until + times.longestMs,
    )
    shared?.follow((ban) => {
      this.#take(ban)
    })
  }

  /** Gives for how long; `now` in monotonic milliseconds. */
  ban(address: string, now: number): number {
    const { firstMs, longestMs } = this.#times
    const ban = this.#bans.get(address, now)
    // Several connections that are expelled at once are one offence.
    if (now < ban.until) return ban.until - now
    if (now >= ban.until + longestMs) ban.times = 0
    const lasts = Math.min(firstMs * 2 ** ban.times, longestMs)
    ban.times += 1
    ban.until = now + lasts
    this.#tell(address, ban)
    return lasts
  }

  /** Until so long from now, whatever held before; what an administrator does counts as no offence. */
  banFor(address: string, lastsMs: number, now: number): void {
    const ban = this.#bans.get(address, now)
    ban.until = now + lastsMs
    this.#tell(address, ban)
  }

  /** False where it was not banned. What it did is forgotten too. */
  lift(address: string, now: number): boolean {
    if (this.left(address, now) === 0) return false
    const ban = this.#bans.get(address, now)
    ban.until = now
    ban.times = 0
    this.#tell(address, ban)
    return true
  }

  /** Those that are banned, and for how many milliseconds more. */
  *list(now: number): Iterable<{ readonly address: string; readonly leftMs: number }> {
    for (const [address, { until }] of this.#bans.entries())
      if (until > now) yield { address, leftMs: until - now }
  }

  /** How long it is still banned; 0 where it is not. */
  left(address: string, now: number): number {
    const ban = this.#bans.find(address)
    return ban === undefined ? 0 : Math.max(0, ban.until - now)
  }

  #tell(address: string, { until, times }: Ban): void {
    this.#shared?.tell({ address, untilMs: until, times }, until + this.#times.longestMs)
  }

  #take({ address, untilMs, times }: SharedBan): void {
    // Looks at no others: it is not known here how late it is.
    const ban = this.#bans.get(address, -Infinity)
    ban.until = untilMs
    ban.times = times
  }
}
