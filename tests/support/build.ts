import { execFileSync } from 'node:child_process'

/** Builds the package for clients, and dist/, which the end-to-end tests run: the same entry that a user starts, and the page. */
export function setup(): void {
  const tsc = 'node_modules/@typescript/native/bin/tsc'
  for (const args of [
    [tsc, '-b', 'clients/typescript/src/media'],
    [tsc, '-p', 'tsconfig.build.json'],
    ['web/build.mjs'],
  ]) {
    execFileSync(process.execPath, args, { stdio: 'inherit' })
  }
}
