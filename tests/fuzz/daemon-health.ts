import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { SpawnedDaemon } from '../support/programs/spawned-daemon.ts'

const LOOK_AGAIN_MS = 50

/** Looks at the process of a daemon from outside. */
export class DaemonHealth {
  readonly #daemon: SpawnedDaemon
  #linesSeen = 0

  constructor(daemon: SpawnedDaemon) {
    this.#daemon = daemon
  }

  /** What is wrong with it, if anything is: it has ended, has logged an error, or has written what is no log line. */
  complaint(): string | undefined {
    const { child, lines } = this.#daemon
    const fresh = lines.slice(this.#linesSeen)
    this.#linesSeen = lines.length
    const bad = fresh.find(({ level, text }) => level === 'error' || level === 'fatal' || text !== undefined)
    if (bad !== undefined) return `the daemon has logged ${JSON.stringify(bad)}`
    if (child.exitCode === null && child.signalCode === null) return undefined
    return `the daemon has ended with ${child.exitCode ?? child.signalCode ?? 'nothing'}`
  }

  /** Open file descriptors: sockets, above all. Zero where the system does not tell. */
  get handles(): number {
    return process.platform === 'linux' ? readdirSync(`/proc/${this.#daemon.child.pid ?? 0}/fd`).length : 0
  }

  /** Resident memory in MB; zero where the system does not tell. */
  get megabytes(): number {
    if (process.platform !== 'linux') return 0
    const status = readFileSync(`/proc/${this.#daemon.child.pid ?? 0}/status`, 'utf8')
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
  }

  /** Waits until it has no more handles open than so many. */
  async letGo(handles: number): Promise<void> {
    while (this.handles > handles) await setTimeout(LOOK_AGAIN_MS)
  }
}
