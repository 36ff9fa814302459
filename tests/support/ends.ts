import { afterEach } from 'vitest'

/** To be called at the top of a test file: what is pushed is called after each test, the last one first. */
export function endsAfterEach(): (() => unknown)[] {
  const ends: (() => unknown)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  })
  return ends
}
