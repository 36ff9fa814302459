import type { Metrics } from '../../src/application/ports/metrics.ts'

/** The numbers of a text in Prometheus' format, by name and labels as they are written. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at).replace(/^roomrtc_/, ''), Number(line.slice(at + 1))]
    }),
  )
}

/** Of what is there now. */
export async function readMetrics(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  return samplesOf((await metrics.text()).body)
}
