/** How long to wait before each try to connect again: a random time up to firstMs, firstMs × factor, … at most maxMs. */
export interface Backoff {
  /** 500 */
  readonly firstMs: number
  /** 2 */
  readonly factor: number
  /** 30 000 */
  readonly maxMs: number
}
