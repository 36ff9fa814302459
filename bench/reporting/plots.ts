import type { Latency } from '../shared/commands.ts'
import { chart, type Series } from './chart.ts'
import type { AtSize } from './growth.ts'

/** What was measured of floor and daemon for the plots. */
export interface Figures {
  readonly floor: Curves
  readonly daemon: Curves
}

interface Curves {
  /** By messages a second and pair. */
  readonly latencies: ReadonlyMap<number, Latency>
  readonly growth: readonly AtSize[]
}

export interface Plot {
  readonly file: string
  readonly title: string
  readonly svg: string
}

export function plots(figures: Figures): Plot[] {
  const grown = (file: string, title: string, yTitle: string, y: (size: AtSize) => number) =>
    plot(file, title, {
      xTitle: 'connections that are logged in',
      yTitle,
      series: bySide((side) => figures[side].growth.map((size) => ({ x: size.connections, y: y(size) }))),
    })

  return [
    plot('latency.svg', 'Relay, one way', {
      xTitle: 'percentile',
      yTitle: 'µs',
      xLabels: { 1: 'p50', 2: 'p90', 3: 'p99' },
      series: [...figures.floor.latencies.keys()].flatMap((rate) =>
        bySide((side) => percentiles(figures[side].latencies.get(rate))).map((series) => ({
          ...series,
          name: `${series.name}, ${rate}/s a pair`,
        })),
      ),
    }),
    grown('relay-cpu.svg', 'Server CPU of a relayed candidate', 'µs', ({ relayCpuUs }) => relayCpuUs),
    grown('rss.svg', 'RSS of the server', 'MiB', ({ rssMiB }) => rssMiB),
    grown('change-cpu.svg', 'Server CPU of a change told to all', 'µs', ({ changeCpuUs }) => changeCpuUs),
    grown('change-time.svg', 'A change of state, until the last has it', 'ms', ({ changeMs }) => changeMs),
  ]
}

function plot(file: string, title: string, content: Omit<Parameters<typeof chart>[0], 'title'>): Plot {
  return { file, title, svg: chart({ title, ...content }) }
}

function bySide(points: (side: 'floor' | 'daemon') => Series['points']): Series[] {
  return (['floor', 'daemon'] as const).map((side) => ({ name: side, points: points(side) }))
}

function percentiles(latency: Latency | undefined): Series['points'] {
  if (latency === undefined) return []
  return [latency.p50Us, latency.p90Us, latency.p99Us].map((y, i) => ({ x: i + 1, y }))
}
