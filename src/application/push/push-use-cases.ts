import type { UserId } from '../../domain/ids.ts'
import type { PushSubscription } from '../../domain/push-subscription.ts'
import { type Refusal, RefusalReason } from '../../domain/refusal.ts'
import { err, ok, type Result } from '../../domain/result.ts'
import type { User } from '../../domain/user.ts'
import type { Guests } from '../ports/guests.ts'
import type { PushSubscriptions } from '../ports/push-subscriptions.ts'
import type { Clock } from '../ports/system/clock.ts'
import type { PushService } from '../ports/waker.ts'

interface Deps {
  readonly service: Pick<PushService, 'publicKey' | 'faultOf'>
  readonly subscriptions: PushSubscriptions
  readonly guests: Guests | undefined
  readonly clock: Clock
}

/** What is wrong with a subscription, as its client is told. */
interface Fault {
  readonly fault: string
}

/** What users say of where their devices can be woken (PUSH-1); durable when answered, with how many there are. */
export interface PushUseCases {
  readonly publicKey: string
  readonly subscribe: (user: User, subscription: PushSubscription) => Promise<Result<number, Refusal | Fault>>
  readonly unsubscribe: (user: User, endpoint: string) => Promise<Result<number, Refusal>>
  /** The account is gone, or not the same person's any more. */
  readonly forget: (user: UserId) => Promise<boolean>
}

export function makePushUseCases({ service, subscriptions, guests, clock }: Deps): PushUseCases {
  return {
    publicKey: service.publicKey,

    async subscribe({ id }, subscription) {
      if (guests?.isGuest(id) === true) return err({ reason: RefusalReason.notForGuests })
      const fault = service.faultOf(subscription)
      if (fault !== undefined) return err({ fault })
      return told(await subscriptions.add(id, subscription, clock.wallMs()))
    },

    unsubscribe: async ({ id }, endpoint) => told(await subscriptions.remove(id, endpoint)),

    forget: (user) => subscriptions.forget(user),
  }
}

function told(saved: Result<number, 'storage_unavailable'>): Result<number, Refusal> {
  return saved.ok ? ok(saved.value) : err({ reason: saved.error })
}
