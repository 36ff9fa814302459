import type { Result } from '../../domain/result.ts'

/** Slow hashing, off the event loop. `overloaded` when as much waits as may wait. */
export interface PasswordHasher {
  hash(password: string): Promise<Result<string, 'overloaded'>>

  /**
   * Compares in a time that does not depend on whether there is an account: `undefined` stands for an unknown user
   * and is compared with a dummy hash. `stale` means that the hash should be replaced (old algorithm or cost).
   */
  verify(
    password: string,
    hash: string | undefined,
  ): Promise<Result<{ readonly matches: boolean; readonly stale: boolean }, 'overloaded'>>

  close(): Promise<void>
}
