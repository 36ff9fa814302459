import { readdir } from 'node:fs/promises'
import type { Metric } from '../../application/ports/metrics.ts'
import { openFilesLimit } from '../../infrastructure/system/open-files-limit.ts'

const MICROSECONDS_A_SECOND = 1e6

/**
 * The process, by the names that prom-client has for it. prom-client's own would watch the garbage collector, wake the
 * process up a hundred times a second, and list every socket whenever somebody asks.
 */
export function processMetrics(): readonly Metric[] {
  const startedAt = Date.now() / 1000 - process.uptime()
  return [
    {
      name: 'process_cpu_seconds_total',
      kind: 'counter',
      help: 'CPU time of all threads.',
      labels: ['mode'],
      read: () => {
        const { user, system } = process.cpuUsage()
        return [
          ['user', user / MICROSECONDS_A_SECOND],
          ['system', system / MICROSECONDS_A_SECOND],
        ]
      },
    },
    {
      name: 'process_start_time_seconds',
      kind: 'gauge',
      help: 'When the process started, in Unix seconds.',
      read: () => [[startedAt]],
    },
    {
      name: 'process_resident_memory_bytes',
      kind: 'gauge',
      help: 'Memory that the process has in use.',
      read: () => [[process.memoryUsage.rss()]],
    },
    {
      name: 'nodejs_memory_bytes',
      kind: 'gauge',
      help: "Memory as Node counts it: the heap's size, what of it is used, and what lies outside it.",
      labels: ['kind'],
      read: () => {
        const { heapTotal, heapUsed, external } = process.memoryUsage()
        return [
          ['heap', heapTotal],
          ['heap_used', heapUsed],
          ['external', external],
        ]
      },
    },
    {
      name: 'process_open_fds',
      kind: 'gauge',
      help: 'Open file descriptors; missing where there is no /proc.',
      read: async () => {
        const open = await readdir('/proc/self/fd').catch(() => undefined)
        return open === undefined ? [] : [[open.length]]
      },
    },
    {
      name: 'process_max_fds',
      kind: 'gauge',
      help: 'How many file descriptors the process may have open; missing where that is not known.',
      read: () => {
        const limit = openFilesLimit()
        return limit === undefined ? [] : [[limit]]
      },
    },
  ]
}
