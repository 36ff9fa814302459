import type { Candidate } from '../../index.ts'
import { belongs } from './fragments.ts'

/** Many times what any device has. The oldest go when there are more. */
const MOST = 256

/** Candidates of the peer that have come before the description to which they belong. */
export class EarlyCandidates {
  #kept: Candidate[] = []

  keep(candidate: Candidate): void {
    this.#kept.push(candidate)
    if (this.#kept.length > MOST) this.#kept.shift()
  }

  /** Those of a new description, in the order in which they came. The others stay for the next one. */
  takeFor(sdp: string): readonly Candidate[] {
    const taken = this.#kept.filter(({ candidate }) => belongs(candidate, sdp))
    this.#kept = this.#kept.filter(({ candidate }) => !belongs(candidate, sdp))
    return taken
  }
}
