import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { metricsOfNothing } from '../../../scripts/docs/metric-table.ts'
import { createMetrics } from '../../../src/infrastructure/metrics/prometheus.ts'
import { samplesOf } from '../../support/metrics.ts'

const text = (file: string) => readFileSync(file, 'utf8')
const ALERTS = 'deploy/prometheus/alerts.yml'
const DASHBOARD = 'deploy/grafana/dashboard.json'

const metrics = metricsOfNothing()
/** The names of all series: a histogram is three. */
const series = new Set(
  metrics.flatMap(({ name, kind }) =>
    kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  ),
)

const targets = z.object({ targets: z.array(z.object({ expr: z.string() })).optional() })
const dashboardSchema = z.object({
  uid: z.literal('roomrtc-server'),
  schemaVersion: z.int().min(36),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z.array(
    targets.extend({
      id: z.int(),
      title: z.string().min(1),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int().max(24), h: z.int() }),
    }),
  ),
})
const dashboard = dashboardSchema.parse(JSON.parse(text(DASHBOARD)))
const panelQueries = dashboard.panels.flatMap((panel) => panel.targets ?? []).map(({ expr }) => expr)
const alertQueries = [text(ALERTS).replaceAll(/^ *(?:summary|description): .*$/gm, '')]

/** What a query names: a series, and label values that must be exactly these. */
function named(queries: readonly string[]) {
  return queries.flatMap((query) =>
    [...query.matchAll(/\broomrtc_(\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', selector = '']) => ({
      name,
      labels: [...selector.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => ({
        label,
        value,
      })),
    })),
  )
}

describe.each([
  ['the dashboard', panelQueries],
  ['the alerts', alertQueries],
])('%s', (_, queries) => {
  test('METRIC-10 names only metrics that exist, and labels that they have', async () => {
    const samples = [...samplesOf((await createMetrics(metrics).text()).body).keys()]
    expect(named(queries).length).toBeGreaterThan(10)
    for (const { name, labels } of named(queries)) {
      expect(series).toContain(name)
      for (const { label, value } of labels) {
        const isThere = samples.some(
          (sample) => sample.startsWith(`${name}{`) && sample.includes(`${label}="${value}"`),
        )
        expect([name, label, value, isThere]).toEqual([name, label, value, true])
      }
    }
  })
})

describe('the dashboard', () => {
  test('METRIC-10 has a panel for every metric', () => {
    const shown = new Set(named(panelQueries).map(({ name }) => name))
    const missing = metrics.filter(
      ({ name, kind }) => !shown.has(kind === 'histogram' ? `${name}_bucket` : name),
    )
    expect(missing.map(({ name }) => name)).toEqual([])
  })

  test('METRIC-10 can be provisioned: ids are its own, no panel lies on another, variables are defined', () => {
    const { panels, templating } = dashboard
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    const used = new Set([...text(DASHBOARD).matchAll(/\$\{?([a-z]\w*)/g)].map(([, name]) => name))
    expect([...used].toSorted()).toEqual(templating.list.map(({ name }) => name).toSorted())
  })
})

test('METRIC-10 every alert has a test that promtool runs', () => {
  const alerts = [...text(ALERTS).matchAll(/alert: (\w+)/g)].map(([, name]) => name)
  const tested = [...text('tests/programs/alerts.test.yml').matchAll(/alertname=\\?"(\w+)/g)]
  expect(alerts.length).toBeGreaterThan(10)
  expect(new Set(tested.map(([, name]) => name))).toEqual(new Set(alerts))
})
