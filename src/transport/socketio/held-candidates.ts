import type { Candidate } from './incoming.ts'

/** More than any browser finds while it rings. */
const MAX_CANDIDATES = 64
const MAX_BYTES = 65_536

/** Candidates that came while it rings: the other party takes them only once the call is active. */
export class HeldCandidates {
  #call: string | undefined
  #held: Candidate[] = []
  #bytes = 0

  /** False where there are too many. */
  hold(call: string, candidate: Candidate): boolean {
    if (this.#call !== call) this.clear()
    this.#call = call
    const bytes = candidate.candidate.length + candidate.sdp_mid.length
    if (this.#held.length >= MAX_CANDIDATES || this.#bytes + bytes > MAX_BYTES) return false
    this.#held.push(candidate)
    this.#bytes += bytes
    return true
  }

  /** Those of that call; they are not held any more. */
  take(call: string): readonly Candidate[] {
    const taken = this.#call === call ? this.#held : []
    this.clear()
    return taken
  }

  clear(): void {
    this.#call = undefined
    this.#held = []
    this.#bytes = 0
  }
}
