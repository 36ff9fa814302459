import type { CallId, MessageId, UserId } from '../../domain/ids.ts'
import type { PushSubscription } from '../../domain/push-subscription.ts'
import type { User } from '../../domain/user.ts'

/** What a device is told that has no connection. */
export type WakeNews =
  /** It rings. `forMs`: as long as it does. */
  | { readonly kind: 'call'; readonly call: CallId; readonly from: User; readonly forMs: number }
  | {
      readonly kind: 'call-over'
      readonly call: CallId
      readonly from: User
      readonly outcome: 'answered' | 'missed' | 'declined'
    }
  | {
      readonly kind: 'message'
      readonly message: MessageId
      readonly conversation: string
      readonly from: User
      readonly text: string
    }

/** Wakes devices that have no connection, some time soon; nobody waits for it. */
export interface Waker {
  /** Whether there is any by which the user can be woken. False where that cannot be found out. */
  reaches(user: UserId): Promise<boolean>
  tell(user: UserId, news: WakeNews): void
}

/** What became of a push. `gone`: the subscription is over, and was removed. `lost`: the daemon has stopped. */
export const PUSH_RESULTS = ['delivered', 'gone', 'refused', 'given_up', 'dropped', 'lost'] as const

export type PushResult = (typeof PUSH_RESULTS)[number]

/** Wakes by the push services of browsers. */
export interface PushService extends Waker {
  /** By which a browser knows who may send to it: a point of P-256 in Base64url. */
  readonly publicKey: string
  /** What is wrong with a subscription, to which nothing will be sent then. */
  faultOf(subscription: PushSubscription): string | undefined
  readonly results: () => Iterable<readonly [PushResult, number]>
}
