import { defineConfig } from 'vitest/config'

/** `npm run test:programs`: what needs programs besides Node. */
export default defineConfig({
  test: {
    root: '.',
    include: ['tests/programs/**/*.test.ts'],
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    globalSetup: ['tests/support/build.ts'],
  },
})
