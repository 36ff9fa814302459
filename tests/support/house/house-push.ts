import type { Ports } from '../../../src/application/use-cases.ts'
import { createMemoryPushSubscriptions } from '../../../src/infrastructure/kept-values/kept-push-subscriptions.ts'
import { openWebPush } from '../../../src/infrastructure/web-push/open-web-push.ts'
import { makeVapidKeys } from '../../../src/infrastructure/web-push/vapid-keys.ts'
import { systemClock } from '../../../src/infrastructure/system/system-clock.ts'
import { systemPause } from '../../../src/infrastructure/system/system-pause.ts'
import { silentLog } from './silent-log.ts'

type Options = Partial<Parameters<typeof openWebPush>[0]>

/** The real service with subscriptions in memory; by default for the push services of a few browsers. */
export function createHousePush(options: Options = {}) {
  const subscriptions = createMemoryPushSubscriptions()
  const service = openWebPush({
    subscriptions,
    keys: makeVapidKeys(),
    contact: 'mailto:admin@example.org',
    allowedHosts: ['fcm.googleapis.com', '*.push.apple.com'],
    includeText: false,
    timeoutMs: 5000,
    clock: systemClock,
    pause: systemPause,
    random: { fraction: () => 0 },
    log: silentLog,
    ...options,
  })
  return { service, subscriptions: options.subscriptions ?? subscriptions } satisfies Ports['push']
}
