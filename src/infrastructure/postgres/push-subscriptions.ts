import type { PushSubscriptions } from '../../application/ports/push-subscriptions.ts'
import { StartupError } from '../../application/ports/system/startup-error.ts'
import { MAX_SUBSCRIPTIONS, type PushSubscription } from '../../domain/push-subscription.ts'
import { err, ok } from '../../domain/result.ts'
import { makeVapidKeys, parseVapidKeys, type VapidKeys } from '../web-push/vapid-keys.ts'
import type { Database, Statement } from './database.ts'

interface Count {
  readonly count: string
}

const OF: Statement = {
  name: 'push_subscriptions_of',
  text: 'SELECT endpoint, p256dh, auth FROM roomrtc.push_subscriptions WHERE user_id = $1 ORDER BY since, endpoint',
}

const ADD: Statement = {
  name: 'add_push_subscription',
  text: `INSERT INTO roomrtc.push_subscriptions (endpoint, user_id, p256dh, auth, since) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (endpoint) DO UPDATE
    SET user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth, since = excluded.since`,
}

const TRIM: Statement = {
  name: 'trim_push_subscriptions',
  text: `DELETE FROM roomrtc.push_subscriptions WHERE endpoint IN (SELECT endpoint FROM roomrtc.push_subscriptions
    WHERE user_id = $1 ORDER BY since DESC, endpoint DESC OFFSET ${MAX_SUBSCRIPTIONS})`,
}

const COUNT: Statement = {
  name: 'count_push_subscriptions',
  text: 'SELECT count(*) FROM roomrtc.push_subscriptions WHERE user_id = $1',
}

const REMOVE: Statement = {
  name: 'remove_push_subscription',
  text: 'DELETE FROM roomrtc.push_subscriptions WHERE user_id = $1 AND endpoint = $2',
}

const FORGET: Statement = {
  name: 'forget_push_subscriptions',
  text: 'DELETE FROM roomrtc.push_subscriptions WHERE user_id = $1',
}

const MAKE_KEYS: Statement = {
  name: 'make_push_keys',
  text: 'INSERT INTO roomrtc.push_keys (keys) VALUES ($1::jsonb) ON CONFLICT DO NOTHING',
}

const KEYS: Statement = { name: 'read_push_keys', text: 'SELECT keys::text FROM roomrtc.push_keys' }

/** Where devices can be woken, and the key for that: the same for all daemons. */
export interface DatabasePush {
  readonly subscriptions: PushSubscriptions
  /** Throws a StartupError where it cannot be used. */
  readonly openKeys: () => Promise<VapidKeys>
}

export function createPostgresPush(database: Database): DatabasePush {
  return { subscriptions: createSubscriptions(database), openKeys: () => openKeys(database) }
}

/** In a table, which several processes share. That of an account that is gone goes with it. */
function createSubscriptions(database: Database): PushSubscriptions {
  const unavailable = err('storage_unavailable' as const)
  return {
    async of(user) {
      const found = await database.run<PushSubscription>(OF, [user])
      return found.ok ? found : unavailable
    },

    async add(user, { endpoint, p256dh, auth }, now) {
      const added = await database.run(ADD, [endpoint, user, p256dh, auth, now])
      const trimmed = added.ok ? await database.run(TRIM, [user]) : added
      return trimmed.ok ? count(user) : unavailable
    },

    async remove(user, endpoint) {
      const removed = await database.run(REMOVE, [user, endpoint])
      return removed.ok ? count(user) : unavailable
    },

    forget: async (user) => (await database.run(FORGET, [user])).ok,

    // It has nothing of its own.
    close: () => Promise.resolve(),
  }

  async function count(user: string): ReturnType<PushSubscriptions['add']> {
    const counted = await database.run<Count>(COUNT, [user])
    return counted.ok ? ok(Number(counted.value[0]?.count ?? 0)) : unavailable
  }
}

/** The key for push services, the same for all daemons: made where there is none. Throws a StartupError. */
async function openKeys(database: Database): Promise<VapidKeys> {
  const made = await database.run(MAKE_KEYS, [JSON.stringify(makeVapidKeys())])
  const found = made.ok ? await database.run<{ readonly keys: string }>(KEYS, []) : made
  const keys = found.ok ? parseVapidKeys(found.value[0]?.keys ?? '') : undefined
  if (keys === undefined)
    throw new StartupError(['the key for push services in the database cannot be used: the log says why'])
  return keys
}
