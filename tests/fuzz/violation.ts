/** What a fuzzer found. */
export class Violation extends Error {
  /** `sent`: on the connection to blame, or on each of those that may be. */
  constructor(what: string, sent: readonly Buffer[] = []) {
    const hex = sent.filter(({ length }) => length > 0).map((bytes) => `\n  ${bytes.toString('hex')}`)
    super(hex.length === 0 ? what : `${what}\nsent, in hexadecimal, one connection a line:${hex.join('')}`)
    this.name = 'Violation'
  }
}

/** The first fault that anybody has found. */
export class Verdict {
  #violation: Violation | undefined

  get violation(): Violation | undefined {
    return this.#violation
  }

  /** Throws it, if there is one. */
  raise(): void {
    if (this.#violation !== undefined) throw this.#violation
  }

  report(error: unknown): void {
    this.#violation ??= error instanceof Violation ? error : new Violation(String(error))
  }
}
