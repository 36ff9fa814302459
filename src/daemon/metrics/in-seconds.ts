import type { Distribution } from '../../application/ports/metrics.ts'
import type { Durations } from '../../session/figures/durations.ts'

const MS_A_SECOND = 1000

export function seconds(ms: number): number {
  return ms / MS_A_SECOND
}

/** Prometheus counts in seconds. */
export function inSeconds({ bounds, counts, sumMs }: Durations): Distribution {
  return { bounds: bounds.map(seconds), counts, sum: seconds(sumMs) }
}
