/** A person may first have to allow the camera. */
const ANSWER_MS = 30_000

/** Tells when an offer has been open for too long while the peer could have answered it. */
export class AnswerDeadline {
  readonly #late: () => void
  #isOpen = false
  #isReachable = true
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(late: () => void) {
    this.#late = late
  }

  /** Whether an offer waits for its answer. */
  open(is: boolean): void {
    if (is === this.#isOpen) return
    this.#isOpen = is
    this.#wait()
  }

  /** Whether both sides are connected to the server. */
  reachable(is: boolean): void {
    if (is === this.#isReachable) return
    this.#isReachable = is
    this.#wait()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #wait(): void {
    clearTimeout(this.#timer)
    if (this.#isOpen && this.#isReachable) this.#timer = setTimeout(this.#late, ANSWER_MS)
  }
}
