import { readdirSync, readFileSync } from 'node:fs'

/**
 * The CPU time that a process has used, in microseconds: the sum over its threads of what the scheduler has counted, in
 * nanoseconds. /proc/<pid>/stat has the same in ticks of 10 ms, too coarse for a row that takes half a second. Of a
 * thread that has ended nothing is left here, but node keeps its threads.
 */
export function cpuUs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.reduce((sum, thread) => sum + threadCpuUs(pid, thread), 0)
}

/** The same of the thread that runs the event loop: without hashes, and without most of the garbage collection. */
export function mainThreadCpuUs(pid: number): number {
  return threadCpuUs(pid, String(pid))
}

function threadCpuUs(pid: number, thread: string): number {
  const [onCpuNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
  return Number(onCpuNs) / 1000
}

/** From smaps_rollup, which counts the pages; VmRSS and statm are sums of per-CPU caches and may be off by some 100 KB. */
export function rssBytes(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kilobytes = /^Rss:\s+(\d+) kB$/m.exec(rollup)?.[1]
  if (kilobytes === undefined) throw new Error(`no Rss of process ${pid}`)
  return Number(kilobytes) * 1024
}
