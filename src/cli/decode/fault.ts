/** What is wrong in the input, where, and what would be right. */
export interface Fault {
  /** Of the first byte that is wrong, counted from the beginning of the stream or of the input. */
  readonly offset: number
  readonly reason: string
  /** A sentence that says what was expected. */
  readonly message: string
}
