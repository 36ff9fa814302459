import type { UserId } from '../../domain/ids.ts'
import type { PushSubscription } from '../../domain/push-subscription.ts'
import type { Result } from '../../domain/result.ts'

type Counted = Promise<Result<number, 'storage_unavailable'>>

/** By which devices of users can be woken. An endpoint belongs to one user at a time: to whom it was given last. */
export interface PushSubscriptions {
  of(user: UserId): Promise<Result<readonly PushSubscription[], 'storage_unavailable'>>
  /** Durable when answered, with how many the user has then: at most `MAX_SUBSCRIPTIONS`. `now`: Unix milliseconds. */
  add(user: UserId, subscription: PushSubscription, now: number): Counted
  /** The same; one that is not there is none the less gone. */
  remove(user: UserId, endpoint: string): Counted
  /** All of the user's. False where that could not be saved. */
  forget(user: UserId): Promise<boolean>
  close(): Promise<void>
}
