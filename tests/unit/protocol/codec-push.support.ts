import fc from 'fast-check'

const short = fc.string({ minLength: 1, maxLength: 32 })

/** What clients say of where a device can be woken. */
export const pushRequests = [
  fc.record({
    type: fc.constant('PUSH_SUBSCRIBE' as const),
    payload: fc.record({ endpoint: short, keys: fc.record({ p256dh: short, auth: short }) }),
  }),
  fc.record({ type: fc.constant('PUSH_UNSUBSCRIBE' as const), payload: fc.record({ endpoint: short }) }),
  fc.record({ type: fc.constant('PUSH_KEY' as const), payload: fc.record({}) }),
]

export const pushAnswers = [
  fc.record({ type: fc.constant('PUSH_KEY' as const), payload: fc.record({ public_key: short }) }),
  fc.record({ type: fc.constant('PUSH_STATE' as const), payload: fc.record({ subscriptions: fc.nat() }) }),
]
