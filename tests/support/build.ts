import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'

/** Builds dist/, which the end-to-end tests run: the same entry that a user starts, and the page. */
export function setup(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
  execFileSync(process.execPath, ['web/build.mjs'], { stdio: 'inherit' })
}
