/** Two clocks: deadlines use the one that nobody can set back. */
export interface Clock {
  /** Unix milliseconds. */
  wallMs(): number
  /** Milliseconds since some fixed instant; never jumps. */
  monotonicMs(): number
}
