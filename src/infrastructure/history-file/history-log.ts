import type { HistoryLine } from './history-line.ts'

/** Where the call history is written to, beside being in memory. */
export interface HistoryLog {
  /** Something was added that is not safe from the end of the process. */
  readonly isHolding: boolean
  add(line: HistoryLine): void
  /** What was added is safe when this returns, where that can be had without waiting. */
  release(): void
  tick(): void
  /** What has been forgotten is to be nowhere afterwards. */
  rewrite(): Promise<void>
  close(): Promise<void>
}
