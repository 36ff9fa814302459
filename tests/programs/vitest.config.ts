import { defineConfig } from 'vitest/config'
import { builtThreads } from '../support/built-threads.ts'

/** These take nodes and stores from each other by the second, or fill a room with pages, and want the machine for themselves. */
const ALONE = [
  'tests/programs/{cluster,postgres,redis,sfu}/**/*.test.ts',
  'tests/programs/browser/app/rooms/five.test.ts',
]

/** `npm run test:programs`: what needs programs besides Node. */
export default defineConfig({
  resolve: { alias: builtThreads },
  test: {
    root: '.',
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    globalSetup: ['tests/support/build.ts'],
    projects: [
      {
        extends: true,
        // A browser or a proxy waits for its daemon half of the time, and the daemon for it.
        test: {
          name: 'beside',
          include: ['tests/programs/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: ALONE, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
