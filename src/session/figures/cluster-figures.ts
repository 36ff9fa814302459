import { Durations } from './durations.ts'
import { WordCounts } from './word-counts.ts'

/** In milliseconds. */
const BOUNDS = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]

/** What becomes of what this node decides together with others, and how late it hears of what they decide. */
export interface ClusterFigures {
  /** Each attempt: a decision that is made anew after a conflict is one more. */
  readonly commits: WordCounts<'committed' | 'conflict' | 'unavailable'>
  /** From the decision until it is carried out here. */
  readonly commitTimes: Durations
  /** Of commits of other nodes, from their decision until they are carried out here. */
  readonly lags: Durations
}

export function createClusterFigures(): ClusterFigures {
  return {
    commits: new WordCounts(['committed', 'conflict', 'unavailable']),
    commitTimes: new Durations(BOUNDS),
    lags: new Durations(BOUNDS),
  }
}
