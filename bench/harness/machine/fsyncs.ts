import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Never changes: to wait for it is to sleep. */
const CLOCK = new Int32Array(new SharedArrayBuffer(4))

/** As long as a line of users.txt. */
const LINE = Buffer.from(`${'x'.repeat(139)}\n`)

/**
 * How often in a second the disk appends a line and has it for good, one after another. `slowMs`: what each fsync takes
 * in addition.
 */
export function fsyncsPerSecond(directory: string, durationMs: number, slowMs = 0): number {
  const file = openSync(join(directory, 'lines'), 'ax')
  const started = performance.now()
  let count = 0
  while (performance.now() - started < durationMs) {
    writeSync(file, LINE)
    if (slowMs > 0) Atomics.wait(CLOCK, 0, 0, slowMs)
    fsyncSync(file)
    count += 1
  }
  const seconds = (performance.now() - started) / 1000
  closeSync(file)
  return count / seconds
}
