import { createHistogram } from 'node:perf_hooks'
import type { Latency } from '../../shared/commands.ts'
import { median } from '../../shared/median.ts'
import type { RelayPair } from './relay-pair.ts'

const SLICE_MS = 1000

/**
 * Each pair sends so many messages a second for so long, each at its own point of the period. Percentiles are taken of
 * each second by itself, and then the median of the seconds: one in which a neighbour has the processor does not count.
 */
export async function pace(
  pairs: readonly RelayPair[],
  { perSecond, durationMs }: { readonly perSecond: number; readonly durationMs: number },
): Promise<Latency> {
  const slices = Array.from({ length: Math.ceil(durationMs / SLICE_MS) }, () => createHistogram())
  const perPair = Math.round((durationMs / 1000) * perSecond)
  const sentAt = pairs.map((): number[] => [])
  const started = performance.now()
  let toCome = perPair * pairs.length
  let sent = 0

  await new Promise<void>((resolve) => {
    pairs.forEach((pair, i) => {
      pair.onArrived((count) => {
        const now = performance.now()
        for (let k = 0; k < count; k++) {
          const at = sentAt[i]?.shift()
          if (at === undefined) throw new Error('more has arrived than was sent')
          const slice = slices[Math.floor((at - started) / SLICE_MS)] ?? slices.at(-1)
          slice?.record(Math.max(1, Math.round((now - at) * 1000)))
        }
        toCome -= count
        if (toCome > 0) return
        clearInterval(ticker)
        resolve()
      })
    })
    // The k-th message of all is due at k / (pairs × perSecond), so those of the pairs lie evenly between each other.
    const ticker = setInterval(() => {
      const due = ((performance.now() - started) / 1000) * pairs.length * perSecond
      for (; sent < due && sent < perPair * pairs.length; sent++) {
        const i = sent % pairs.length
        sentAt[i]?.push(performance.now())
        pairs[i]?.send(1)
      }
    }, 1)
  })
  const percentile = (p: number) => median(slices.map((slice) => slice.percentile(p)))
  return { p50Us: percentile(50), p90Us: percentile(90), p99Us: percentile(99) }
}
