import { type ChildProcess, execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

/** Changes the soft limit of a running process with prlimit (util-linux): `nofile` descriptors, `fsize` bytes of a file. */
export function setLimit(
  child: ChildProcess,
  resource: 'nofile' | 'fsize',
  soft: number | 'unlimited',
): void {
  execFileSync('prlimit', ['--pid', String(child.pid), `--${resource}=${soft}:`])
}

/** The limit of open files under which the process has none left: its lowest free descriptor, whatever it has inherited above. */
export function limitWithoutRoom(child: ChildProcess): number {
  const used = new Set(readdirSync(`/proc/${child.pid}/fd`).map(Number))
  let free = 0
  while (used.has(free)) free += 1
  return free
}
