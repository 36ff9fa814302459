import { join } from 'node:path'
import { z } from 'zod'
import type { PushSubscriptions } from '../../application/ports/push-subscriptions.ts'
import type { UserStore } from '../../application/ports/user-store.ts'
import { parseUserId } from '../../domain/ids.ts'
import { MAX_SUBSCRIPTIONS } from '../../domain/push-subscription.ts'
import { err, ok } from '../../domain/result.ts'
import { KeptValues } from './kept-values.ts'
import { memoryValues } from './memory-values.ts'

/** The oldest first. */
const record = z.array(z.object({ endpoint: z.string(), p256dh: z.string(), auth: z.string() }))
type Record = z.output<typeof record>

type Kept = Pick<KeptValues<Record>, 'get' | 'set' | 'entries' | 'close'>

export const pushSubscriptionsPath = (directory: string): string => join(directory, 'users.push')

/** In a file beside the accounts. Of accounts that are gone nothing is kept. */
export async function openPushSubscriptions(
  path: string,
  users: Pick<UserStore, 'findById'>,
): Promise<PushSubscriptions> {
  const kept = await KeptValues.open({ path, parse: (value) => record.parse(value) })
  for (const [key] of [...kept.entries()]) {
    const id = parseUserId(key)
    if (id === undefined || (await users.findById(id)) === undefined) await kept.set(key, undefined)
  }
  return createPushSubscriptions(kept)
}

/** Last as long as the process, for `enable_persistence: false`. */
export function createMemoryPushSubscriptions(): PushSubscriptions {
  return createPushSubscriptions(memoryValues())
}

function createPushSubscriptions(kept: Kept): PushSubscriptions {
  /** By endpoint, the user who has it. */
  const owners = new Map([...kept.entries()].flatMap(([user, all]) => all.map((one) => [one.endpoint, user])))
  /** Changes, one after another: each sees what the one before has written. */
  let last: Promise<unknown> = Promise.resolve()

  return {
    of: (user) => Promise.resolve(ok(kept.get(user) ?? [])),

    add: (user, subscription) =>
      inTurn(async () => {
        const { endpoint } = subscription
        const owner = owners.get(endpoint)
        if (owner !== undefined && owner !== user && !(await put(owner, without(owner, endpoint))))
          return err('storage_unavailable')
        return saved(user, [...without(user, endpoint), subscription].slice(-MAX_SUBSCRIPTIONS))
      }),

    remove: (user, endpoint) => inTurn(() => saved(user, without(user, endpoint))),

    forget: (user) => inTurn(() => put(user, [])),

    close: () => kept.close(),
  }

  async function saved(user: string, all: Record): ReturnType<PushSubscriptions['add']> {
    return (await put(user, all)) ? ok(all.length) : err('storage_unavailable')
  }

  async function put(user: string, all: Record): Promise<boolean> {
    const before = kept.get(user) ?? []
    if (before.length === 0 && all.length === 0) return true
    if (!(await kept.set(user, all.length === 0 ? undefined : all))) return false
    for (const { endpoint } of before) owners.delete(endpoint)
    for (const { endpoint } of all) owners.set(endpoint, user)
    return true
  }

  function without(user: string, endpoint: string): Record {
    return (kept.get(user) ?? []).filter((one) => one.endpoint !== endpoint)
  }

  function inTurn<Value>(change: () => Promise<Value>): Promise<Value> {
    const done = last.then(change)
    last = done.catch(() => undefined)
    return done
  }
}
