import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const STEPS = 10
const LOWEST = 19

/**
 * Lets the thread that calls it work only with what the others leave of the cores, so that hashing on all of them does
 * not hold up the event loop. On Linux a "nice" value belongs to a thread, and setpriority(2) takes its id for that of a
 * process; elsewhere it would slow the whole process, and nothing is done.
 */
export function lowerThreadPriority(): void {
  const thread = ownThread()
  if (thread === undefined) return
  try {
    setPriority(thread, Math.min(LOWEST, getPriority(thread) + STEPS))
  } catch {
    // A sandbox may forbid it: hashing works all the same.
  }
}

/** Undefined where it cannot be told, and for the main thread, which is never to be slowed. */
function ownThread(): number | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    // "PID/task/TID"; where /proc is that of other processes than ours, these are not our numbers.
    const [, pid, thread] = /^(\d+)\/task\/(\d+)$/.exec(readlinkSync('/proc/thread-self')) ?? []
    return Number(pid) === process.pid && thread !== pid ? Number(thread) : undefined
  } catch {
    return undefined
  }
}
