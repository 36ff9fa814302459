import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'

/** Builds the package for clients, and dist/, which the end-to-end tests run: the same entry that a user starts, and the page. */
export function setup(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  for (const args of [
    [tsc, '-b', 'clients/typescript/src/media'],
    [tsc, '-p', 'tsconfig.build.json'],
    ['web/build.mjs'],
  ]) {
    execFileSync(process.execPath, args, { stdio: 'inherit' })
  }
}
