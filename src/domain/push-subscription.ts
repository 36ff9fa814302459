/** Where a device of a user can be reached while it has no connection, as its browser has it (RFC 8030, RFC 8291). */
export interface PushSubscription {
  /** The URL of its push service. Whoever knows it may send there. */
  readonly endpoint: string
  /** Its public key, a point of P-256, and its secret: both in Base64url. */
  readonly p256dh: string
  readonly auth: string
}

/** How many a user may have; a further one takes the place of the oldest. */
export const MAX_SUBSCRIPTIONS = 16
