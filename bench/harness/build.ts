import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A file of the suite as plain JavaScript. */
export function built(file: string): string {
  return join(ROOT, 'dist/bench', file)
}

/**
 * Compiles the floor and the load generator. What is measured must not run under tsx: it wraps each closure that is
 * made at run time, to keep its name.
 */
export function build(): void {
  const tsc = join(ROOT, 'node_modules/@typescript/native/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.bench.json'], { cwd: ROOT, stdio: 'inherit' })
}
