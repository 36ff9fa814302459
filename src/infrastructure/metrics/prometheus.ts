import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Distribution, Metric, Metrics, Sample } from '../../application/ports/metrics.ts'

/** What all names begin with. */
export const PREFIX = 'roomrtc_'

/** The metrics in a registry of their own. They are read when somebody asks for the text, one after the other. */
export function createMetrics(metrics: readonly Metric[]): Metrics {
  const registry = new Registry()
  for (const metric of metrics) register(registry, metric)
  return {
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}

function register(registry: Registry, metric: Metric): void {
  const described = { name: PREFIX + metric.name, help: metric.help, registers: [registry] }
  switch (metric.kind) {
    case 'gauge': {
      const { labels = [], read } = metric
      const gauge = new Gauge({
        ...described,
        labelNames: labels,
        async collect() {
          const samples = await read()
          gauge.reset()
          // Without labels it would be 0 until it is set.
          if (labels.length === 0) gauge.remove()
          for (const [named, value] of labelled(labels, samples)) gauge.set(named, value)
        },
      })
      break
    }
    case 'counter': {
      const { labels = [], read } = metric
      const counter = new Counter({
        ...described,
        labelNames: labels,
        async collect() {
          const samples = await read()
          counter.reset()
          for (const [named, value] of labelled(labels, samples)) counter.inc(named, value)
        },
      })
      break
    }
    case 'histogram': {
      const get = () => Promise.resolve(distributed(described, metric.read()))
      // It is counted elsewhere, so prom-client's own observations are never asked for.
      Object.assign(new Histogram(described), { get, getForPromString: get })
      break
    }
    default:
      metric satisfies never
  }
}

function* labelled(
  names: readonly string[],
  samples: Iterable<Sample>,
): Iterable<[Record<string, string>, number]> {
  for (const sample of samples) {
    const value = sample.at(-1)
    if (typeof value !== 'number') throw new Error('a sample ends with its value')
    yield [Object.fromEntries(names.map((name, index) => [name, String(sample[index])])), value]
  }
}

function distributed(
  { name, help }: { readonly name: string; readonly help: string },
  { bounds, counts, sum }: Distribution,
) {
  let count = 0
  const buckets = counts.map((within, index) => {
    count += within
    return { metricName: `${name}_bucket`, labels: { le: bounds[index] ?? '+Inf' }, value: count }
  })
  return {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: sum },
      { metricName: `${name}_count`, labels: {}, value: count },
    ],
  }
}
