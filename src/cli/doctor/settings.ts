/** How the doctor looks. */
export interface Settings {
  /** For each single step. */
  readonly timeoutMs: number
  /** PEM of an authority that counts beside those of the system. */
  readonly ca: string | undefined
  /** In ms since 1970. */
  readonly now: () => number
}
