import { join } from 'node:path'
import type { PushSubscriptions } from '../../application/ports/push-subscriptions.ts'
import type { Clock } from '../../application/ports/system/clock.ts'
import type { Log } from '../../application/ports/system/log.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import type { Config } from '../../config/schema.ts'
import {
  createMemoryPushSubscriptions,
  openPushSubscriptions,
  pushSubscriptionsPath,
} from '../../infrastructure/kept-values/kept-push-subscriptions.ts'
import type { DatabasePush } from '../../infrastructure/postgres/push-subscriptions.ts'
import { systemPause } from '../../infrastructure/system/system-pause.ts'
import { systemRandom } from '../../infrastructure/system/system-random.ts'
import { openWebPush, type WebPush } from '../../infrastructure/web-push/open-web-push.ts'
import { makeVapidKeys, openVapidFile, type VapidKeys } from '../../infrastructure/web-push/vapid-keys.ts'

export interface OpenPush {
  readonly service: WebPush
  readonly subscriptions: PushSubscriptions
  close(): Promise<void>
}

interface Parts {
  readonly clock: Clock
  readonly log: Log
  readonly users: Pick<UserStore, 'findById'>
  /** Where accounts are in a database. */
  readonly database: DatabasePush | undefined
}

/** Web Push with its key and its subscriptions. Throws a StartupError where they cannot be read. */
export async function openPush(config: Config, { clock, log, users, database }: Parts): Promise<OpenPush> {
  const { push, persistence } = config
  const directory = persistence.enable_persistence ? persistence.data_directory : undefined
  const keys = await openKeys(push.key_path, directory, database)
  const subscriptions = await openSubscriptions()
  const service = openWebPush({
    subscriptions,
    keys,
    contact: push.contact,
    allowedHosts: push.allowed_hosts,
    includeText: push.include_text,
    timeoutMs: push.timeout_ms,
    clock,
    pause: systemPause,
    random: systemRandom,
    log,
  })
  return {
    service,
    subscriptions,
    async close() {
      await service.close()
      await subscriptions.close()
    },
  }

  function openSubscriptions(): Promise<PushSubscriptions> {
    if (database !== undefined) return Promise.resolve(database.subscriptions)
    if (directory === undefined) return Promise.resolve(createMemoryPushSubscriptions())
    return openPushSubscriptions(pushSubscriptionsPath(directory), users)
  }
}

async function openKeys(
  path: string,
  directory: string | undefined,
  database: DatabasePush | undefined,
): Promise<VapidKeys> {
  if (path !== '') return openVapidFile(path)
  if (database !== undefined) return database.openKeys()
  return directory === undefined ? makeVapidKeys() : openVapidFile(join(directory, 'push-keys.json'))
}
