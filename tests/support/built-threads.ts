import { fileURLToPath } from 'node:url'

/**
 * The threads that hash passwords and keep messages, and the processes that make thumbnails, are those of dist/, which is built
 * before the tests: of TypeScript each of them would first load a compiler, for each daemon of a test anew.
 */
export const builtThreads = [
  built(/^.*\/hash-threads\.ts$/, 'passwords/hash-threads.js'),
  built(/^.*\/message-thread\.ts$/, 'messages-sqlite/message-thread.js'),
  built(/^.*\/worker-command\.ts$/, 'pictures/worker-command.js'),
]

function built(find: RegExp, file: string): { readonly find: RegExp; readonly replacement: string } {
  return { find, replacement: fileURLToPath(new URL(`../../dist/infrastructure/${file}`, import.meta.url)) }
}
