import type { UserId } from '../../domain/ids.ts'
import type { Result } from '../../domain/result.ts'
import type { Account } from '../../domain/user.ts'

/** Users without a password: each is there as long as a session of its own, and nowhere on disk. */
export interface Guests {
  /** From now on the account is found like any other; it goes if no session is opened in time. */
  enter(
    guest: Account,
  ): Promise<Result<Account, 'username_taken' | 'username_taken_lookalike' | 'too_many_guests'>>
  isGuest(id: UserId): boolean
  /** It has opened a session. */
  arrived(id: UserId): void
  /** Its session is over. */
  left(id: UserId): void
  /** `now` in monotonic milliseconds. */
  tick(now: number): void
}
