import { fileURLToPath } from 'node:url'

/**
 * The threads that hash passwords are those of dist/, which is built before the tests: of TypeScript each of them would first
 * load a compiler, for each daemon of a test anew.
 */
export const builtThreads = {
  find: /^.*\/hash-threads\.ts$/,
  replacement: fileURLToPath(new URL('../../dist/infrastructure/passwords/hash-threads.js', import.meta.url)),
}
