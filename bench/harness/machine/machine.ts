import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** Where and of what something was measured. */
export function machine() {
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    // The same in every later commit that leaves the sources as they are, such as the one that the report is put in.
    sources: git('rev-parse', 'HEAD:src'),
    clean: git('status', '--porcelain', '--', ':!bench/report', ':!bench/report.md') === '',
    node: process.version,
    kernel: release(),
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    loadBefore: loadavg(),
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}
