import type { PasswordHasher } from '../../../src/application/ports/password-hasher.ts'
import { ok } from '../../../src/domain/result.ts'

/** A hasher whose work is done when the test says so; by default at once. The real one has tests of its own. */
export function createPlainHasher(until: () => Promise<void> = () => Promise.resolve()): PasswordHasher {
  return {
    hash: async (password) => {
      await until()
      return ok(`plain ${password}`)
    },
    verify: async (password, hash) => {
      await until()
      return ok({ matches: hash === `plain ${password}`, stale: false })
    },
    close: () => Promise.resolve(),
  }
}
