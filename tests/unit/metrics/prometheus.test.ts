import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMetrics } from '../../../src/infrastructure/metrics/prometheus.ts'
import { watchLoop } from '../../../src/infrastructure/system/loop-delay.ts'
import { metricsOfNothing } from '../../../scripts/docs/metric-table.ts'
import { samplesOf } from '../../support/metrics.ts'

test('METRIC-1 METRIC-8 gauges, counters and histograms are read whenever somebody asks', async () => {
  let value = 1
  const metrics = createMetrics([
    { name: 'level', kind: 'gauge', help: 'A level.', read: () => [[value]] },
    {
      name: 'deeds_total',
      kind: 'counter',
      help: 'Deeds.',
      labels: ['who', 'what'],
      read: () => Promise.resolve([['a', 'b', value]]),
    },
    {
      name: 'took_seconds',
      kind: 'histogram',
      help: 'Time.',
      read: () => ({ bounds: [0.1, 1], counts: [2, 0, value], sum: 5 }),
    },
  ])
  await metrics.text()
  value = 3
  const { contentType, body } = await metrics.text()
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(body).toContain('# HELP roomrtc_took_seconds Time.\n# TYPE roomrtc_took_seconds histogram\n')
  expect(Object.fromEntries(samplesOf(body))).toEqual({
    level: 3,
    'deeds_total{who="a",what="b"}': 3,
    'took_seconds_bucket{le="0.1"}': 2,
    'took_seconds_bucket{le="1"}': 2,
    'took_seconds_bucket{le="+Inf"}': 5,
    took_seconds_sum: 5,
    took_seconds_count: 5,
  })
})

test('METRIC-1 a metric that cannot be known is missing, and the others are there', async () => {
  const metrics = createMetrics([
    { name: 'unknown', kind: 'gauge', help: 'None.', read: () => [] },
    { name: 'known', kind: 'gauge', help: 'One.', read: () => [[1]] },
  ])
  const samples = samplesOf((await metrics.text()).body)
  expect([samples.has('unknown'), samples.get('known')]).toEqual([false, 1])
})

test('METRIC-2 every label has a bounded number of values from the beginning on, and every metric a meaning', async () => {
  for (const metric of metricsOfNothing()) {
    expect(metric.help).toMatch(/^[A-Z1].+\.$/)
    if (metric.kind === 'histogram') continue
    expect([...(await metric.read())].length).toBeLessThan(120)
  }
})

test('METRIC-8 the delay of the event loop is that of the stretch that is over, for whoever asks', () => {
  const watch = watchLoop(0)
  try {
    const first = watch.delays(1)
    expect(watch.delays(2)).toBe(first)
    expect(watch.delays(9_999)).toBe(first)
    expect(watch.delays(10_001)).not.toBe(first)
    expect(watch.busyMs()).toBeGreaterThan(0)
  } finally {
    watch.end()
  }
})

test('METRIC-8 an event loop that was held up is told', async () => {
  const watch = watchLoop(0)
  try {
    let now = 0
    await expect
      .poll(async () => {
        watch.delays((now += 20_000))
        // It measures from look to look.
        await setTimeout(LOOK_MS)
        const until = performance.now() + 200
        while (performance.now() < until);
        await setTimeout(LOOK_MS)
        return watch.delays((now += 20_000)).max
      })
      .toBeGreaterThan(100)
  } finally {
    watch.end()
  }
})

const LOOK_MS = 60
