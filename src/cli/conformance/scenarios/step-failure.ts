/** A step of a scenario that did not go as it should. */
export class StepFailure extends Error {
  readonly expected: string
  readonly got: string

  constructor(expected: string, got: string) {
    super(`expected ${expected}; came ${got}`)
    this.name = 'StepFailure'
    this.expected = expected
    this.got = got
  }
}
