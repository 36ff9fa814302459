import { FadingMap } from '../rates/fading-map.ts'

/** So often somebody's writing is told, in milliseconds; clients show it for longer. */
const TOLD_EVERY_MS = 2000

/** Keeps the news that somebody is writing rare. */
export class TypingBrake {
  readonly #last = new FadingMap<{ at: number }>(
    () => ({ at: -Infinity }),
    ({ at }, now) => now - at >= TOLD_EVERY_MS,
  )

  /** `now` in monotonic milliseconds. */
  lets(user: string, now: number): boolean {
    const last = this.#last.get(user, now)
    if (now - last.at < TOLD_EVERY_MS) return false
    last.at = now
    return true
  }
}
