import type { Refusal } from '../../domain/refusal.ts'
import type { Result } from '../../domain/result.ts'

/** As much waits as may wait: try again after so long. */
export interface Overloaded extends Refusal {
  readonly reason: 'overloaded'
  readonly retryAfterMs: number
}

/** Who asks. */
export interface Asker {
  /** As limits by address count it. */
  readonly address: string
  /** People log in from there: strangers wait behind them. */
  readonly known?: boolean
}

/** Slow hashing, off the event loop, for one address after the other. */
export interface PasswordHasher {
  hash(password: string, from: Asker): Promise<Result<string, Overloaded>>

  /**
   * Compares in a time that does not depend on whether there is an account: `undefined` stands for an unknown user
   * and is compared with a dummy hash. `stale` means that the hash should be replaced (old algorithm or cost).
   */
  verify(
    password: string,
    hash: string | undefined,
    from: Asker,
  ): Promise<Result<{ readonly matches: boolean; readonly stale: boolean }, Overloaded>>

  close(): Promise<void>
}
