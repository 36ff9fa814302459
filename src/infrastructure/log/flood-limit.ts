const PERIOD_MS = 60_000
/** Of one kind, in a period. */
const LINES_OF_ONE = 10
const LINES_OF_ALL = 300

/** What was withheld of one address, or of all that came after there were lines enough. */
export interface Withheld<Kind> {
  readonly kind: Kind
  readonly address: string | undefined
  readonly count: number
}

interface Window {
  readonly since: number
  written: number
  /** No more of them than there are lines. */
  readonly addresses: Map<string, { written: number; withheld: number }>
  withheldOfOthers: number
}

/**
 * Which of too many lines are written: in a minute so many of one kind from one address, and so many of one kind in all.
 * The rest is counted, by address where lines of that address were written. So a flood costs a bounded part of the disk.
 */
export class FloodLimit<Kind extends string> {
  readonly #windows = new Map<Kind, Window>()

  /** Whether to write this one; `now` in monotonic milliseconds. */
  admits(kind: Kind, address: string, now: number): boolean {
    const window = this.#windows.get(kind) ?? this.#open(kind, now)
    const isFull = window.written >= LINES_OF_ALL
    let own = window.addresses.get(address)
    if (own === undefined) {
      if (isFull) {
        window.withheldOfOthers += 1
        return false
      }
      own = { written: 0, withheld: 0 }
      window.addresses.set(address, own)
    }
    if (isFull || own.written >= LINES_OF_ONE) {
      own.withheld += 1
      return false
    }
    window.written += 1
    own.written += 1
    return true
  }

  /** What was withheld in the periods that are over. */
  *over(now: number): Iterable<Withheld<Kind>> {
    for (const [kind, window] of this.#windows) {
      if (now - window.since < PERIOD_MS) continue
      this.#windows.delete(kind)
      for (const [address, { withheld }] of window.addresses)
        if (withheld > 0) yield { kind, address, count: withheld }
      if (window.withheldOfOthers > 0) yield { kind, address: undefined, count: window.withheldOfOthers }
    }
  }

  #open(kind: Kind, now: number): Window {
    const window = { since: now, written: 0, addresses: new Map(), withheldOfOthers: 0 }
    this.#windows.set(kind, window)
    return window
  }
}
