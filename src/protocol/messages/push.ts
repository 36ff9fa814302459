import { z } from 'zod'
import { readable } from '../codec/readable.ts'

const endpoint = z.string().min(1).max(2048)

/** As the Push API gives it: Base64url without padding. */
const keys = z.object({ p256dh: z.string().max(128), auth: z.string().max(64) })

const pushSubscription = z.object({ endpoint, keys })

const pushState = z.object({ subscriptions: z.int().min(0) })

export const pushMessages = {
  PUSH_SUBSCRIBE: {
    code: 0x78,
    about: 'Says where a device can be woken that has no connection',
    needs: 'push',
    cost: 5,
    client: readable('PUSH_SUBSCRIBE', pushSubscription),
  },
  PUSH_UNSUBSCRIBE: {
    code: 0x79,
    about: 'A device is not to be woken any more',
    needs: 'push',
    cost: 5,
    client: readable('PUSH_UNSUBSCRIBE', z.object({ endpoint })),
  },
  PUSH_KEY: {
    code: 0x7a,
    about: 'Asks for the key by which push services know the server; the answer',
    needs: 'push',
    mayBeEmpty: true,
    client: readable('PUSH_KEY', z.object({})),
    server: readable('PUSH_KEY', z.object({ public_key: z.string() })),
  },
  PUSH_STATE: {
    code: 0x7b,
    about: 'Answers PUSH_SUBSCRIBE and PUSH_UNSUBSCRIBE: how many devices of the user can be woken',
    needs: 'push',
    server: readable('PUSH_STATE', pushState),
  },
} as const
