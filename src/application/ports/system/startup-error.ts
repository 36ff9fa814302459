/** What keeps the daemon from starting: every fault at once, each a sentence with its cure. */
export class StartupError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'StartupError'
    this.faults = faults
  }
}
