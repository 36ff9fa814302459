import type { JanusCandidate } from '../link/link.ts'

/** A browser finds a dozen; more than this are of no use to anybody. */
const MAX_HELD = 64

/** Candidates that come before the description that they belong to. */
export class EarlyCandidates {
  #held: JanusCandidate[] = []

  hold(candidate: JanusCandidate): void {
    if (this.#held.length < MAX_HELD) this.#held.push(candidate)
  }

  clear(): void {
    this.#held = []
  }

  /** Empty from then on. */
  take(): readonly JanusCandidate[] {
    const held = this.#held
    this.#held = []
    return held
  }
}
