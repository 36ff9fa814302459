import { defineConfig } from 'vitest/config'
import { builtThreads } from '../support/built-threads.ts'

/** `npm run test:programs`: what needs programs besides Node. */
export default defineConfig({
  resolve: { alias: builtThreads },
  test: {
    root: '.',
    include: ['tests/programs/**/*.test.ts'],
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    globalSetup: ['tests/support/build.ts'],
  },
})
