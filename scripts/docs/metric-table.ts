import { HOOK_RESULTS } from '../../src/application/ports/hooks.ts'
import type { Metric } from '../../src/application/ports/metrics.ts'
import { PUSH_RESULTS } from '../../src/application/ports/waker.ts'
import { allMetrics } from '../../src/daemon/metrics/all-metrics.ts'
import { beginCounting } from '../../src/daemon/metrics/open-metrics.ts'
import { PREFIX } from '../../src/infrastructure/metrics/prometheus.ts'
import { noTraffic } from '../../src/transport/admission/traffic.ts'

/** Labels with more values than these are only named. */
const SHOWN_VALUES = 6

/** Every metric of a daemon to which nothing has happened yet. */
export function metricsOfNothing(): readonly Metric[] {
  const counted = beginCounting()
  return allMetrics({
    ...counted,
    version: '0.0.0',
    traffic: noTraffic,
    failedHandshakes: () => 0,
    isReady: () => true,
    sessions: () => ({ live: 0, detached: 0 }),
    calls: () => Promise.resolve({ ringing: 0, active: 0 }),
    rooms: () => Promise.resolve({ occupied: 0, members: 0 }),
    accounts: () => Promise.resolve(0),
    banned: () => 0,
    outboxBytes: () => 0,
    hashes: () => ({ working: 0, waiting: 0 }),
    maxPendingHashes: 0,
    maxConnections: 0,
    loop: {
      delays: () => ({ p50: 0, p90: 0, p99: 0, max: 0 }),
      busyMs: () => 0,
      end: () => undefined,
    },
    cluster: { count: () => 0, leaseLeftMs: () => 0 },
    webhooks: { results: () => HOOK_RESULTS.map((result) => [result, 0] as const), waiting: () => 0 },
    push: { results: () => PUSH_RESULTS.map((result) => [result, 0] as const) },
    now: () => 0,
  })
}

/** The table of docs/metrics.md. */
export async function metricTableMarkdown(): Promise<string> {
  const rows = await Promise.all(metricsOfNothing().map(row))
  return ['| metric | kind | labels | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

async function row(metric: Metric): Promise<string> {
  return `| \`${PREFIX}${metric.name}\` | ${metric.kind} | ${await labels(metric)} | ${metric.help} |`
}

async function labels(metric: Metric): Promise<string> {
  if (metric.kind === 'histogram') return ''
  const samples = [...(await metric.read())]
  const named = (metric.labels ?? []).map((label, index) => {
    const values = [...new Set(samples.map((sample) => `\`${String(sample[index])}\``))]
    const isShown = metric.name !== 'build_info' && values.length <= SHOWN_VALUES
    return isShown ? `\`${label}\`: ${values.join(', ')}` : `\`${label}\``
  })
  return named.join('; ')
}
