import type { Entry } from '../history.ts'
import type { Timelines } from './timelines.ts'

/** One thing that must hold of a history. It is told of each entry after the timelines were. */
export interface Rule {
  take(entry: Entry, timelines: Timelines): void
  /** At the end of the history. */
  finish(timelines: Timelines): void
}

export type Complain = (fault: string) => void
