import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // For the slowest minutes of a machine whose cores and disk are others' too: a hang is found all the same.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 60_000,
    globalSetup: ['tests/support/build.ts'],
  },
})
