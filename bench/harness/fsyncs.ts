import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** As long as a line of users.txt. */
const LINE = Buffer.from(`${'x'.repeat(139)}\n`)

/** How often in a second the disk appends a line and has it for good, one after another. */
export function fsyncsPerSecond(directory: string, durationMs: number): number {
  const file = openSync(join(directory, 'lines'), 'ax')
  const started = performance.now()
  let count = 0
  while (performance.now() - started < durationMs) {
    writeSync(file, LINE)
    fsyncSync(file)
    count += 1
  }
  const seconds = (performance.now() - started) / 1000
  closeSync(file)
  return count / seconds
}
