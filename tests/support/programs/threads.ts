import { readdirSync, readFileSync } from 'node:fs'

/** The "nice" value of each thread of a process, by thread id; the id of the main thread is that of the process. */
export function niceOfThreads(pid: number): Map<number, number> {
  const folder = `/proc/${pid}/task`
  return new Map(readdirSync(folder).map((thread) => [Number(thread), niceOf(`${folder}/${thread}/stat`)]))
}

// proc_pid_stat(5): the second field, the name, is in brackets and may hold anything; nice is the 19th.
function niceOf(file: string): number {
  const text = readFileSync(file, 'utf8')
  const fromThird = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fromThird[19 - 3])
}
