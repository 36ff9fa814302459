/** How a scenario ended. */
export type Outcome =
  | { readonly verdict: 'passed' }
  | {
      readonly verdict: 'failed'
      /** Counts from 1; 0 is before the first. */
      readonly step: number
      readonly doing: string
      readonly expected: string
      readonly got: string
    }
  | { readonly verdict: 'skipped'; readonly why: string }

/** What is known of one behaviour after one scenario. */
export interface Finding {
  readonly id: string
  /** The file or scenario that it is from. */
  readonly scenario: string
  readonly title: string
  readonly outcome: Outcome
}

export interface BehaviourReport {
  readonly id: string
  readonly verdict: Outcome['verdict']
  readonly findings: readonly Finding[]
}
