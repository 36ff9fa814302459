import { defineConfig } from 'vitest/config'
import { builtThreads } from './tests/support/built-threads.ts'

/** Long ones beside others that need the same types. */
const LONG = '**/*.long.test.ts'

export default defineConfig({
  resolve: { alias: builtThreads },
  test: {
    // For the slowest minutes of a machine whose cores and disk are others' too: a hang is found all the same.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    globalSetup: ['tests/support/build.ts'],
    // Most of them wait for timers, sockets and the disk more than for a core. By default two cores get one worker.
    maxWorkers: 3,
    // tests/programs needs more than Node, and has a configuration of its own there.
    projects: [
      {
        extends: true,
        // To import everything anew for each file takes as long as the tests do. They leave nothing behind.
        test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['tests/{integration,e2e,guard}/**/*.test.ts'],
          exclude: [LONG],
          isolate: false,
          globalSetup: ['tests/support/nodes/setup.ts'],
        },
      },
      {
        extends: true,
        // Each of these wants the machine for itself.
        test: { name: 'long', include: ['tests/long/**/*.test.ts', LONG], fileParallelism: false },
      },
    ],
  },
})
